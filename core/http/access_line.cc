#include "core/http/access_line.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>
#include <iterator>

#include "core/base/json_writer.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

constexpr std::string_view kCut = "...";
constexpr size_t kServiceMax = 64;
constexpr int kClientGone = 499;  // As nginx writes it: nobody was there to take an answer.

constexpr bool is_plain_text(char c) noexcept {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain_text(text[plain])) ++plain;
    out.append(text.substr(0, plain));
    if (plain == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[plain]);
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
    text.remove_prefix(plain + 1);
  }
}

// At most `room` bytes of it, cut between two characters.
template <class Escape>
void append_part(std::string& out, std::string_view text, size_t room, Escape escape) {
  constexpr size_t kLongestEscape = 6;  // \u001f
  if (text.size() <= room / kLongestEscape) return escape(out, text);
  const size_t start = out.size();
  if (text.size() <= room) {
    escape(out, text);
    if (out.size() - start <= room) return;
    out.resize(start);
  }
  const size_t end = start + room - kCut.size();
  while (!text.empty()) {
    const size_t size = utf8_next(text).size;
    const size_t before = out.size();
    escape(out, text.substr(0, size));
    if (out.size() > end) {
      out.resize(before);
      break;
    }
    text.remove_prefix(size);
  }
  out += kCut;
}

void append_number(std::string& out, uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_digits(std::string& out, uint64_t number, size_t count) {
  std::array<char, 20> digits;
  for (size_t at = count; at-- > 0; number /= 10) {
    digits[at] = static_cast<char>('0' + number % 10);
  }
  out.append(digits.data(), count);
}

uint64_t in_us(Duration took) noexcept {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  return us < 0 ? 0 : static_cast<uint64_t>(us);
}

uint64_t status_told(int status) noexcept {
  return static_cast<uint64_t>(status > 0 ? status : kClientGone);
}

void append_or_dash(std::string& out, std::string_view text, size_t room) {
  if (text.empty()) {
    out += '-';
  } else {
    append_part(out, text, room, append_escaped);
  }
}

void append_member(std::string& out, std::string_view opening, std::string_view text, size_t room) {
  if (text.empty()) return;
  out += opening;
  append_part(out, text, room, append_json_escaped);
  out += '"';
}

}  // namespace

AccessLines::AccessLines(AccessFormat format, std::string_view service, size_t worker, pid_t pid)
    : format_(format) {
  const std::string_view name = utf8_prefix(service, kServiceMax);
  if (format == AccessFormat::text) {
    speaker_ += ' ';
    append_escaped(speaker_, name);
    speaker_ += fmt::format("/{} {} ", worker, pid);
  } else {
    speaker_ = R"(Z","type":"access","service":)";
    append_json_string(speaker_, name);
    speaker_ += fmt::format(R"(,"worker":{},"pid":{},"peer":")", worker, pid);
  }
}

void AccessLines::append(std::string& out, const AccessEntry& entry) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(entry.time);
  look_at_clock(seconds.time_since_epoch().count());
  if (format_ == AccessFormat::text) {
    append_text(out, entry);
  } else {
    append_json(out, entry);
  }
  out += '\n';
}

// UTC, for both: the same on every host, and no hour comes twice.
void AccessLines::look_at_clock(int64_t second) {
  if (second == second_) return;
  second_ = second;
  const auto time = static_cast<std::time_t>(second);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  second_text_.clear();
  if (format_ == AccessFormat::text) {
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    second_text_ = fmt::format(" - - [{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000] \"", parts.tm_mday,
                               kMonths[static_cast<size_t>(parts.tm_mon)], parts.tm_year + 1900,
                               parts.tm_hour, parts.tm_min, parts.tm_sec);
  } else {
    second_text_ =
        fmt::format(R"({{"time":"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.)", parts.tm_year + 1900,
                    parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  }
}

void AccessLines::append_text(std::string& out, const AccessEntry& entry) {
  append_or_dash(out, entry.peer, kAccessPeerMax);
  out += second_text_;
  append_or_dash(out, entry.method, kAccessMethodMax);
  if (!entry.method.empty()) {
    out += ' ';
    append_part(out, entry.path, kAccessPathMax, append_escaped);
    out += entry.version_minor == 0 ? " HTTP/1.0" : " HTTP/1.1";
  }
  out += "\" ";
  append_number(out, status_told(entry.status));
  out += ' ';
  append_number(out, entry.bytes);
  out += " \"";
  append_or_dash(out, entry.referer, kAccessFieldMax);
  out += "\" \"";
  append_or_dash(out, entry.user_agent, kAccessFieldMax);
  out += "\" ";
  const uint64_t us = in_us(entry.took);
  append_number(out, us / 1'000'000);
  out += '.';
  append_digits(out, us % 1'000'000, 6);
  out += speaker_;
  append_or_dash(out, entry.request_id, kAccessPeerMax);
  out += ' ';
  append_or_dash(out, entry.trace_id, kAccessPeerMax);
}

void AccessLines::append_json(std::string& out, const AccessEntry& entry) {
  const auto since = entry.time.time_since_epoch() - std::chrono::seconds(second_);
  out += second_text_;
  append_digits(out, in_us(since), 6);
  out += speaker_;
  append_part(out, entry.peer, kAccessPeerMax, append_json_escaped);
  out += '"';
  if (!entry.method.empty()) {
    append_member(out, R"(,"method":")", entry.method, kAccessMethodMax);
    append_member(out, R"(,"path":")", entry.path, kAccessPathMax);
    out += entry.version_minor == 0 ? R"(,"version":"1.0")" : R"(,"version":"1.1")";
  }
  out += R"(,"status":)";
  append_number(out, status_told(entry.status));
  out += R"(,"bytes":)";
  append_number(out, entry.bytes);
  out += R"(,"duration_us":)";
  append_number(out, in_us(entry.took));
  append_member(out, R"(,"request_id":")", entry.request_id, kAccessPeerMax);
  append_member(out, R"(,"trace_id":")", entry.trace_id, kAccessPeerMax);
  append_member(out, R"(,"referer":")", entry.referer, kAccessFieldMax);
  append_member(out, R"(,"user_agent":")", entry.user_agent, kAccessFieldMax);
  if (!entry.complete) out += R"(,"complete":false)";
  out += '}';
}

}  // namespace svc
