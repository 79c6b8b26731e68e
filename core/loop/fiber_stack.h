// fiber_stack.h — the memory of one fiber's stack, with a guard below it.
//
// Why mmap and not the heap: pages are the kernel's until they are touched, so 256 KiB reserved
// costs the 4 KiB that a plain handler uses; and only a mapping can have a guard, which turns an
// overflow into a fault at a known address instead of a neighbour's corrupted stack.
//
// Threads: any; belongs to one loop's thread in practice.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "core/base/result.h"

namespace svc {

class FiberStack {
 public:
  // Address space only. More than one page, because the C library is not compiled with stack probes
  // and some of its frames are larger than a page.
  static constexpr size_t kGuardBytes = 64 * 1024;
  static constexpr size_t kBytesMin = 32 * 1024;

  // At least `bytes` usable bytes, rounded up to pages. Errors: mmap(2), mprotect(2).
  static Result<FiberStack> map(size_t bytes);

  FiberStack(FiberStack&& other) noexcept : whole_(std::exchange(other.whole_, {})) {}
  FiberStack& operator=(FiberStack&&) = delete;
  ~FiberStack();

  std::span<std::byte> usable() const noexcept { return whole_.subspan(kGuardBytes); }
  bool guards(const void* address) const noexcept;  // Async-signal-safe.

  // Gives back all pages but those of the `kept` bytes at the top, whose contents stay.
  void return_pages(size_t kept) const noexcept;

 private:
  explicit FiberStack(std::span<std::byte> whole) noexcept : whole_(whole) {}

  std::span<std::byte> whole_;  // Guard, then stack. Empty once moved from.
};

}  // namespace svc
