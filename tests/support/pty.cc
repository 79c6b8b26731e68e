#include "tests/support/pty.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace svc::testing {

Pty::Pty(unsigned short columns, unsigned short rows)
    : ours_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
  ::grantpt(ours_);
  ::unlockpt(ours_);
  theirs_ = ::open(::ptsname(ours_), O_RDWR | O_NOCTTY | O_CLOEXEC);
  resize(columns, rows);
}

Pty::~Pty() {
  ::close(theirs_);
  ::close(ours_);
}

Process Pty::start(const std::vector<std::string>& arguments) {
  ProcessOptions options;
  options.environment = {"TERM=xterm"};
  for (const int stream : {0, 1, 2}) options.descriptors.emplace_back(theirs_, stream);
  // It leads a session already; one that ended may have left the terminal to nobody.
  options.before_exec = [] { ::ioctl(0, TIOCSCTTY, 0); };
  return Process::start(arguments, options);
}

void Pty::type(std::string_view keys) {
  // A terminal takes a few keys always.
  if (::write(ours_, keys.data(), keys.size()) < 0) std::abort();
}

void Pty::resize(unsigned short columns, unsigned short rows) {
  winsize window{};
  window.ws_col = columns;
  window.ws_row = rows;
  ::ioctl(ours_, TIOCSWINSZ, &window);
}

const std::string& Pty::read() {
  char bytes[4096];
  for (ssize_t size; (size = ::read(ours_, bytes, sizeof(bytes))) > 0;)
    shown_.append(bytes, static_cast<size_t>(size));
  return shown_;
}

bool Pty::shows(std::string_view text, std::chrono::milliseconds within) {
  return shows_after(0, text, within);
}

bool Pty::shows_after(size_t from, std::string_view text, std::chrono::milliseconds within) {
  return eventually([&] { return read().find(text, from) != std::string::npos; }, within);
}

termios Pty::settings() const {
  termios now{};
  ::tcgetattr(theirs_, &now);
  return now;
}

std::vector<std::string> plain_lines(std::string_view shown) {
  std::vector<std::string> lines(1);
  for (size_t i = 0; i < shown.size(); ++i) {
    if (shown[i] == '\x1b') {  // CSI … final byte.
      const size_t end = shown.find_first_of("ABCDEFGHJKSTfhlmnsu", i + 2);
      if (end == shown.npos) break;
      if (shown[end] == 'H') lines.emplace_back();
      i = end;
    } else if (shown[i] == '\n') {
      lines.emplace_back();
    } else if (shown[i] != '\r') {
      lines.back() += shown[i];
    }
  }
  return lines;
}

}  // namespace svc::testing
