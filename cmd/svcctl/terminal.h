// terminal.h — what svcctl says: results to stdout, progress and mistakes to stderr.
//
// Colours only where the stream is a terminal, unless told otherwise; NO_COLOR (no-color.org) and
// TERM=dumb are heeded. What came from a server or a file is cleaned before it is shown: a log line
// can't move anybody's cursor.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace svc {

enum class Colour : uint8_t { plain, green, yellow, red, dim, bold };

class Terminal {
 public:
  // `when`: "auto", "always", "never".
  explicit Terminal(std::string_view when);

  void print(std::string_view text) const;                        // To stdout, as it is.
  void line(std::string_view text) const;                         // To stdout, with a line break.
  void progress(std::string_view text) const;                     // To stderr, cleaned, dim.
  void mistake(std::string_view text) const;                      // To stderr, "svcctl: ", cleaned.
  std::string paint(Colour colour, std::string_view text) const;  // For stdout.

 private:
  bool colour_out_;
  bool colour_err_;
};

// Control bytes but line breaks and tabs become '?'.
std::string cleaned(std::string_view text);

// The colour of a state's name: "ready" is green, "failed" red.
Colour colour_of_state(std::string_view state) noexcept;

}  // namespace svc
