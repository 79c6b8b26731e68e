// fd.h — a descriptor with an owner.
//
// Why: a leaked listener keeps a port taken and a leaked channel keeps a dead worker's life-line
// alive, so no descriptor is ever a bare int that somebody must remember to close.
#pragma once

#include <utility>

#include "core/base/api.h"

namespace svc {

class SVC_API Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}  // Takes ownership; negative means none.
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Fd() { reset(); }

  int get() const noexcept { return fd_; }
  bool valid() const noexcept { return fd_ >= 0; }
  explicit operator bool() const noexcept { return valid(); }

  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  void reset(int fd = -1) noexcept;  // Closes what it owned; errno is kept.

 private:
  int fd_ = -1;
};

}  // namespace svc
