// pty.h — a terminal of a test's own: what a program shows on it, and keys that it reads from it.
#pragma once

#include <termios.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"

namespace svc::testing {

class Pty {
 public:
  Pty(unsigned short columns, unsigned short rows);
  ~Pty();
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  // The program's standard streams, and its controlling terminal.
  Process start(const std::vector<std::string>& arguments);
  void type(std::string_view keys);
  void resize(unsigned short columns, unsigned short rows);  // Its foreground group is told.

  const std::string& read();  // All that has been shown, with its control sequences.
  bool shows(std::string_view text, std::chrono::milliseconds within = kDeadline);
  // The same of what has been shown since the first `from` bytes.
  bool shows_after(size_t from, std::string_view text,
                   std::chrono::milliseconds within = kDeadline);
  termios settings() const;

 private:
  int ours_, theirs_;
  std::string shown_;
};

// Without control sequences: lines as they stand on the screen.
std::vector<std::string> plain_lines(std::string_view shown);

}  // namespace svc::testing
