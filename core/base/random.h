// random.h — random numbers for jitter, request ids and steering. Not for secrets.
//
// Why own: a generator that is seeded once and copied by fork(2) gives every worker the same
// "random" ids and the same back-off, which is the herd that jitter is there to break up. These
// seed themselves from getrandom(2) at first use and again in every child.
//
// Threads: any; each has a generator of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "core/base/api.h"

namespace svc {

// xoshiro256** (Blackman, Vigna 2018), seeded through splitmix64: the same seed, the same numbers.
// For decisions that tests want to repeat; a UniformRandomBitGenerator.
class SVC_API Random {
 public:
  using result_type = uint64_t;

  explicit Random(uint64_t seed) noexcept;
  uint64_t operator()() noexcept;
  static constexpr uint64_t min() noexcept { return 0; }
  static constexpr uint64_t max() noexcept { return std::numeric_limits<uint64_t>::max(); }

  uint64_t below(uint64_t bound) noexcept;  // 0 … bound - 1, unbiased. REQUIRES: bound > 0.
  double unit() noexcept;                   // 0 ≤ x < 1, 53 random bits.

 private:
  std::array<uint64_t, 4> state_;
};

// The calling thread's own, seeded by the kernel. Don't keep the reference across fork(2).
SVC_API Random& thread_random() noexcept;

// `bytes` random bytes from thread_random() as lower-case hexadecimal digits.
SVC_API std::string random_hex(size_t bytes);

}  // namespace svc
