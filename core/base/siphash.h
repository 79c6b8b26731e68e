// siphash.h — a hash of what strangers chose, which they can't make collide.
//
// Why: the keys of shared tables are peers and header fields. With a hash that everybody can
// compute, one client fills another's place in the table; SipHash-2-4 with a secret seed has no
// such keys (Aumasson, Bernstein: SipHash, 2012).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/api.h"

namespace svc {

using HashSeed = std::array<uint64_t, 2>;

// Of the bytes, never of addresses: the same in every process.
SVC_API uint64_t siphash(const HashSeed& seed, std::string_view bytes) noexcept;

}  // namespace svc
