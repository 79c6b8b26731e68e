#include "core/base/fd.h"

#include <cerrno>

#include "core/base/sys.h"

namespace svc {

void Fd::reset(int fd) noexcept {
  const int old = std::exchange(fd_, fd);
  if (old < 0) return;
  const int saved = errno;  // Callers close on the way out of an error and report that error.
  sys::close(old);
  errno = saved;
}

}  // namespace svc
