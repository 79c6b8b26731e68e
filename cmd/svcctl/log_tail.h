// log_tail.h — the end of a growing file, and what is added to it, across renames (rotation) and
// truncation.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class LogTail {
 public:
  using Sink = std::function<void(std::string_view)>;
  static constexpr uint64_t kBackMax = 16 * 1024 * 1024;  // How far back the last lines are sought.

  // Errors: what open(2) and fstat(2) say, with the path.
  static Result<LogTail> open(std::string path);

  // Gives `sink` the last `lines` lines. What follows is the business of more().
  Result<> last(uint32_t lines, const Sink& sink);
  // Gives `sink` what has been added since, also to a new file of that name. Never waits.
  Result<> more(const Sink& sink);

 private:
  LogTail(std::string path, Fd file) : path_(std::move(path)), file_(std::move(file)) {}
  Result<> copy(const Sink& sink);

  std::string path_;
  Fd file_;
  uint64_t offset_ = 0;
};

}  // namespace svc
