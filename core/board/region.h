// region.h — named shared memory of one service: what its workers count and keep in common.
//
// Why beside the board: the board is the master's view of its workers, every process maps it; a
// region belongs to one service, only its workers may see it, and the master never reads it. So the
// master holds the descriptor and no mapping: a fork(2) hands on nothing by accident.
//
// Processes: made by the master before the fork (with the secret seed of its hashes), kept over
// reloads as long as its size stays, handed on at an upgrade. Everything in it must be usable
// whatever instruction a worker was killed at.
//
//   offset 0      RegionHeader   magic, layout, size, seed, purpose
//   offset 4096   bytes()        zero at first
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/base/mapping.h"
#include "core/base/result.h"
#include "core/base/siphash.h"

namespace svc {

class SVC_API Region {
 public:
  static constexpr size_t kHeaderSize = 4096;
  static constexpr size_t kSizeMin = size_t{64} << 10;
  static constexpr size_t kSizeMax = size_t{64} << 30;

  // Zeroed memory of `size` bytes, header included; pages cost nothing before they are touched.
  // Errors: invalid_argument for a size out of bounds; SharedMapping's.
  static Result<Fd> make(const std::string& name, size_t size);
  // Checks size, magic and layout; takes `memfd`.
  static Result<Region> attach(Fd memfd, size_t size);

  std::span<std::byte> bytes() const noexcept { return mapping_.bytes().subspan(kHeaderSize); }
  const HashSeed& seed() const noexcept { return seed_; }

  // The first to use a region says what for (no zero); later ones are told what it is used for,
  // which is their own purpose or a mistake of the service's author.
  uint64_t claim(uint64_t purpose) const noexcept;

 private:
  Region(SharedMapping mapping, const HashSeed& seed) noexcept
      : mapping_(std::move(mapping)), seed_(seed) {}

  SharedMapping mapping_;
  HashSeed seed_;
};

}  // namespace svc
