#include "cmd/svcctl/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace svc {
namespace {

constexpr std::string_view code_of(Colour colour) noexcept {
  switch (colour) {
    case Colour::green:
      return "\x1b[32m";
    case Colour::yellow:
      return "\x1b[33m";
    case Colour::red:
      return "\x1b[31m";
    case Colour::dim:
      return "\x1b[2m";
    case Colour::bold:
      return "\x1b[1m";
    case Colour::plain:
      break;
  }
  return "";
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && value[0] != '\0';
}

bool wants_colour(std::string_view when, int fd) {
  if (when != "auto") return when == "always";
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return !dumb && !is_set("NO_COLOR") && ::isatty(fd) == 1;
}

std::string painted(bool wanted, Colour colour, std::string_view text) {
  if (!wanted || colour == Colour::plain) return std::string(text);
  return fmt::format("{}{}\x1b[0m", code_of(colour), text);
}

// A reader that went away (svcctl logs | head) is no reason to complain: SIGPIPE ends us.
void put(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace

Terminal::Terminal(std::string_view when)
    : colour_out_(wants_colour(when, STDOUT_FILENO)),
      colour_err_(wants_colour(when, STDERR_FILENO)) {}

void Terminal::print(std::string_view text) const { put(stdout, text); }

void Terminal::line(std::string_view text) const { put(stdout, fmt::format("{}\n", text)); }

void Terminal::progress(std::string_view text) const {
  put(stderr, painted(colour_err_, Colour::dim, cleaned(text)) + "\n");
}

void Terminal::mistake(std::string_view text) const {
  put(stderr, painted(colour_err_, Colour::red, "svcctl:") + " " + cleaned(text) + "\n");
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  return painted(colour_out_, colour, text);
}

std::string cleaned(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f) c = '?';
  return out;
}

Colour colour_of_state(std::string_view state) noexcept {
  constexpr std::array kGood = {"ready", "running"};
  constexpr std::array kBad = {"crash_loop", "failed", "dead", "killed"};
  for (const std::string_view good : kGood)
    if (state == good) return Colour::green;
  for (const std::string_view bad : kBad)
    if (state == bad) return Colour::red;
  return Colour::yellow;
}

}  // namespace svc
