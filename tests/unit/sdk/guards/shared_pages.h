// shared_pages.h — zeroed memory that forked children share, for the tests of shared tables.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <span>

namespace svc {

class SharedPages {
 public:
  explicit SharedPages(size_t size)
      : size_(size),
        memory_(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~SharedPages() { ::munmap(memory_, size_); }
  SharedPages(const SharedPages&) = delete;
  SharedPages& operator=(const SharedPages&) = delete;

  std::span<std::byte> bytes() const { return {static_cast<std::byte*>(memory_), size_}; }
  template <class T>
  T& as() const {
    return *static_cast<T*>(memory_);
  }

 private:
  size_t size_;
  void* memory_;
};

}  // namespace svc
