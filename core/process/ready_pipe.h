// ready_pipe.h — what `svcctl start` hears while it waits: lines "progress TEXT", at last
// "ready TEXT" or "error TEXT", then the end. An error may have several lines: all that follows is
// it.
//
// Process: the master. The reader may be gone; that is no reason to stop.
#pragma once

#include <string_view>

#include "core/base/fd.h"

namespace svc {

class ReadyPipe {
 public:
  explicit ReadyPipe(int fd = -1);  // Takes it; negative: nobody waits.
  bool waited_for() const noexcept { return fd_.valid(); }
  void progress(std::string_view text);
  void ready(std::string_view text);  // The last word: closes.
  void error(std::string_view text);  // The last word: closes.

 private:
  void say(std::string_view word, std::string_view text);
  Fd fd_;
};

}  // namespace svc
