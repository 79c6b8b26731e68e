#include "core/process/ready_pipe.h"

#include <string>

#include "core/base/file.h"
#include "core/base/sys.h"
#include "core/base/utf8.h"

namespace svc {

ReadyPipe::ReadyPipe(int fd) : fd_(fd) {
  if (!fd_) return;
  // Workers must not hold it: its end tells the reader that the master died.
  sys::fcntl(fd_.get(), F_SETFD, FD_CLOEXEC);
  sys::fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
}

void ReadyPipe::say(std::string_view word, std::string_view text) {
  if (!fd_) return;
  std::string line(word);
  line += ' ';
  line += text;
  line += '\n';
  static_cast<void>(write_all(fd_.get(), line, "tell whoever waits"));
}

void ReadyPipe::progress(std::string_view text) { say("progress", one_line(std::string(text))); }

void ReadyPipe::ready(std::string_view text) {
  say("ready", one_line(std::string(text)));
  fd_.reset();
}

void ReadyPipe::error(std::string_view text) {
  say("error", text);
  fd_.reset();
}

}  // namespace svc
