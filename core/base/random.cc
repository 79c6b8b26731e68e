#include "core/base/random.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <chrono>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// How many fork(2)s lie between the first process and this one. A counter and not getpid(): that
// is a system call for each random number.
std::atomic<uint64_t> forks{0};

void count_fork() noexcept { forks.fetch_add(1, std::memory_order_relaxed); }

uint64_t fork_count() noexcept {
  static const bool watched = ::pthread_atfork(nullptr, nullptr, count_fork) == 0;
  SVC_CHECK(watched);
  return forks.load(std::memory_order_relaxed);
}

uint64_t kernel_seed() noexcept {
  uint64_t seed = 0;
  if (sys::getrandom(&seed, sizeof seed, 0) == static_cast<ssize_t>(sizeof seed)) return seed;
  // An old sandbox may forbid getrandom(2). What differs between processes and threads will do:
  // nothing secret depends on it.
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return static_cast<uint64_t>(now) ^ (static_cast<uint64_t>(::getpid()) << 40) ^
         reinterpret_cast<uintptr_t>(&seed);
}

uint64_t splitmix(uint64_t& state) noexcept {
  uint64_t mixed = (state += 0x9E3779B97F4A7C15);
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(uint64_t seed) noexcept {
  for (uint64_t& word : state_) word = splitmix(seed);  // Never all zero, which would stay zero.
}

uint64_t Random::operator()() noexcept {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Random::below(uint64_t bound) noexcept {
  SVC_CHECK(bound > 0);
  // 2^64 mod bound numbers are thrown away, or the first ones would come up once too often.
  const uint64_t leftover = (0 - bound) % bound;
  uint64_t number = (*this)();
  while (number < leftover) number = (*this)();
  return number % bound;
}

double Random::unit() noexcept { return static_cast<double>((*this)() >> 11) * 0x1.0p-53; }

Random& thread_random() noexcept {
  thread_local Random generator(kernel_seed());
  thread_local uint64_t seeded_in = fork_count();
  if (seeded_in != fork_count()) {
    generator = Random(kernel_seed());
    seeded_in = fork_count();
  }
  return generator;
}

std::string random_hex(size_t bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes * 2);
  Random& random = thread_random();
  while (text.size() < bytes * 2) {
    uint64_t bits = random();
    for (int digit = 0; digit < 16 && text.size() < bytes * 2; ++digit, bits >>= 4)
      text += kHex[bits & 15];
  }
  return text;
}

}  // namespace svc
