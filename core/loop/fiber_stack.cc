#include "core/loop/fiber_stack.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/sys.h"

namespace svc {
namespace {

size_t round_up_to_page(size_t bytes) noexcept {
  static const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

Result<FiberStack> FiberStack::map(size_t bytes) {
  const size_t size = kGuardBytes + round_up_to_page(std::max(bytes, kBytesMin));
  // MAP_NORESERVE: what most fibers never touch is not charged to the system's commit limit.
  void* memory = sys::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return Error::from_errno("mmap fiber stack");
  FiberStack stack({static_cast<std::byte*>(memory), size});
  if (sys::mprotect(memory, kGuardBytes, PROT_NONE) != 0) {
    return Error::from_errno("mprotect fiber stack");
  }
  return stack;
}

FiberStack::~FiberStack() {
  if (!whole_.empty()) sys::munmap(whole_.data(), whole_.size());
}

bool FiberStack::guards(const void* address) const noexcept {
  const auto* byte = static_cast<const std::byte*>(address);
  return !whole_.empty() && byte >= whole_.data() && byte < whole_.data() + kGuardBytes;
}

void FiberStack::return_pages(size_t kept) const noexcept {
  const std::span<std::byte> stack = usable();
  // The length is rounded up by the kernel: an unrounded `kept` would lose the page it begins in.
  kept = round_up_to_page(kept);
  if (kept >= stack.size()) return;
  // Failure leaves the pages where they are: a matter of memory, not of correctness.
  sys::madvise(stack.data(), stack.size() - kept, MADV_DONTNEED);
}

}  // namespace svc
