#include "cmd/svcctl/screen.h"

#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/base/sys.h"

namespace svc {
namespace {

// xterm's control sequences, which every terminal emulator of today has: alternate screen and
// back; cursor hidden and shown; home; the rest of the line, of the screen.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kLineEnd = "\x1b[K\r\n";
constexpr std::string_view kClearBelow = "\x1b[J";

void say(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

bool Screen::possible() {
  const char* const term = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

Result<Screen> Screen::open() {
  Screen screen;
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH, SIGPIPE})
    ::sigaddset(&wanted, number);
  if (sys::sigprocmask(SIG_BLOCK, &wanted, &screen.mask_before_) != 0)
    return Error::from_errno("sigprocmask");
  screen.signals_ = Fd(sys::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!screen.signals_) return Error::from_errno("signalfd");
  SVC_TRY_VOID(screen.enter());
  return screen;
}

Screen::Screen(Screen&& other) noexcept
    : entered_(std::exchange(other.entered_, false)),
      before_(other.before_),
      signals_(std::move(other.signals_)),
      mask_before_(other.mask_before_) {}

Screen::~Screen() {
  leave();
  if (signals_) sys::sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
}

Result<> Screen::enter() {
  termios now{};
  before_.reset();
  if (::tcgetattr(STDIN_FILENO, &now) == 0) {
    termios raw = now;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    if (::tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) return Error::from_errno("tcsetattr");
    before_ = now;
  }
  entered_ = true;
  say(kEnter);
  return {};
}

void Screen::leave() noexcept {
  if (!std::exchange(entered_, false)) return;
  say(kLeave);
  if (before_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

Screen::Size Screen::size() const noexcept {
  winsize window{};
  Size size;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0) return size;
  if (window.ws_col > 0) size.columns = window.ws_col;
  if (window.ws_row > 0) size.rows = window.ws_row;
  return size;
}

// Without a line break behind the last line: it would scroll the first one away.
void Screen::show(std::string_view text) const {
  std::string out(kHome);
  for (size_t rows = size().rows; rows > 0 && !text.empty(); --rows) {
    const size_t end = std::min(text.find('\n'), text.size());
    out += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (rows > 1 && !text.empty()) out += kLineEnd;
  }
  out += "\x1b[K";
  out += kClearBelow;
  say(out);
}

Screen::Event Screen::wait(Instant end, char& key) {
  const Duration left = std::max(end - Clock::steady().now(), Duration{});
  std::array<pollfd, 2> fds = {pollfd{signals_.get(), POLLIN, 0},
                               pollfd{before_ ? STDIN_FILENO : -1, POLLIN, 0}};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  if (sys::poll(fds.data(), fds.size(), static_cast<int>(milliseconds)) <= 0) return Event::none;
  if (fds[0].revents != 0) return on_signal();
  if ((fds[1].revents & POLLIN) != 0 && sys::read(STDIN_FILENO, &key, 1) == 1) return Event::key;
  return fds[1].revents != 0 ? Event::left : Event::none;
}

Screen::Event Screen::on_signal() {
  signalfd_siginfo info;
  if (sys::read(signals_.get(), &info, sizeof(info)) != static_cast<ssize_t>(sizeof(info)))
    return Event::none;
  if (info.ssi_signo == SIGTSTP) suspend();
  return info.ssi_signo == SIGWINCH || info.ssi_signo == SIGTSTP ? Event::resized : Event::left;
}

// The shell has the terminal as it knows it, until it lets us go on.
void Screen::suspend() {
  leave();
  sys::kill(::getpid(), SIGSTOP);
  static_cast<void>(enter());
}

}  // namespace svc
