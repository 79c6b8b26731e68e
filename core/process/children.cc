#include "core/process/children.h"

#include <utility>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {

void Children::add(pid_t pid, OnExit on_exit) {
  SVC_CHECK(children_.emplace(pid, std::move(on_exit)).second);
}

void Children::forget(pid_t pid) noexcept { children_.erase(pid); }

bool Children::reap() {
  for (int i = 0; i < kReapedPerTurn; ++i) {
    int status = 0;
    const pid_t pid = sys::waitpid(-1, &status, WNOHANG);
    if (pid < 0 && !children_.empty()) return ++vain_ > kInVainMax;
    if (pid <= 0) return true;
    vain_ = 0;
    auto node = children_.extract(pid);
    if (!node.empty() && node.mapped()) node.mapped()(status);
  }
  return false;
}

}  // namespace svc
