// shared_memory.h — a region of the service's shared memory as bytes, for what a service makes of
// it.
//
//   [service.shop]
//   shared_memory = { stock = "1MiB" }
//
//   auto& counts = *reinterpret_cast<std::atomic<long>*>(svc::shared_memory("stock").data());
//
// All workers of the service see the same memory, at addresses of their own: no pointers in it.
// Zero at first; kept over reloads and upgrades while its size stays, so a new version must
// understand what the old one left, and the workers of both use it at the same time. A worker may
// be killed at any instruction: no locks either (a std::atomic that is lock-free is safe).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/base/api.h"

namespace svc {

// Aligned to 4096, 4 KiB less than configured. Throws std::runtime_error for a region that isn't
// configured, or that something else (a SharedCache) uses.
SVC_API std::span<std::byte> shared_memory(std::string_view name);

}  // namespace svc
