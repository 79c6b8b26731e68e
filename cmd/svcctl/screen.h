// screen.h — a terminal that is painted anew again and again, in place, and left as it was found.
//
// On the alternate screen, so that what stood there comes back; keys come unbuffered and unechoed.
// Signals that would end or stop us are read from a descriptor instead: nobody is left in front of
// a terminal that doesn't echo. Only SIGKILL can't be helped (reset(1)).
#pragma once

#include <termios.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class Screen {
 public:
  // stdout is a terminal on which this works.
  static bool possible();
  // Errors: sigprocmask(2), signalfd(2), tcsetattr(3).
  static Result<Screen> open();
  Screen(Screen&& other) noexcept;
  Screen& operator=(Screen&&) = delete;
  ~Screen();

  struct Size {
    size_t columns = 80;
    size_t rows = 24;
  };
  Size size() const noexcept;
  void show(std::string_view text) const;  // Lines, as many as fit.

  enum class Event : uint8_t { none, resized, key, left };
  // Waits for something until `end`. left: a signal asked for the end, or the terminal has gone.
  Event wait(Instant end, char& key);

 private:
  Screen() = default;
  Result<> enter();
  void leave() noexcept;
  Event on_signal();
  void suspend();

  bool entered_ = false;
  std::optional<termios> before_;  // None: keys don't come from a terminal.
  Fd signals_;
  sigset_t mask_before_{};
};

}  // namespace svc
