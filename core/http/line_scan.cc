#include "core/http/line_scan.h"

#include <bit>
#include <cstring>

#include "core/base/check.h"
#include "core/http/chars.h"

namespace svc {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighs = 0x8080808080808080;

// The high bit of each byte that is below 0x20 or 0x7f. HTAB is among them: rare, so its pardon is
// left to the caller. Carries can't cross bytes: each sum is made of seven bits.
uint64_t controls(uint64_t bytes) noexcept {
  const uint64_t low_bits = bytes & ~kHighs;
  const uint64_t printable = low_bits + kOnes * (0x80 - 0x20);
  const uint64_t not_delete = (low_bits ^ (kOnes * 0x7f)) + kOnes * 0x7f;
  return ~(printable & not_delete) & ~bytes & kHighs;
}

// Place of the first marked byte of `marks`, in the order of memory.
size_t first_marked(uint64_t marks) noexcept {
  const int zeros = std::endian::native == std::endian::little ? std::countr_zero(marks)
                                                               : std::countl_zero(marks);
  return static_cast<size_t>(zeros) / 8;
}

// Offset of the first control character but HTAB at or after `from`, or the size.
size_t find_control(std::string_view text, size_t from) noexcept {
  size_t at = from;
  while (at + 8 <= text.size()) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    const uint64_t marks = controls(bytes);
    if (marks == 0) {
      at += 8;
      continue;
    }
    at += first_marked(marks);
    if (text[at] != '\t') return at;
    ++at;
  }
  while (at < text.size() && is_char(text[at], kValueChar)) ++at;
  return at;
}

}  // namespace

LineScan find_line_end(std::string_view text, size_t from) noexcept {
  using Kind = LineScan::Kind;
  const size_t at = find_control(text, from);
  if (at == text.size()) return {Kind::partial, at};
  if (text[at] == '\n') return {Kind::bare_lf, at};
  if (text[at] != '\r') return {Kind::control, at};
  if (at + 1 == text.size()) return {Kind::partial, at};  // Its LF may be still to come.
  return {text[at + 1] == '\n' ? Kind::complete : Kind::bare_cr, at};
}

bool is_field_value(std::string_view text) noexcept { return find_control(text, 0) == text.size(); }

std::string_view line_fault(LineScan::Kind kind) noexcept {
  using Kind = LineScan::Kind;
  SVC_CHECK(kind != Kind::partial && kind != Kind::complete);
  if (kind == Kind::bare_lf) return "a line ends with LF alone instead of CRLF (RFC 9112 2.2)";
  if (kind == Kind::bare_cr) return "a CR is not followed by LF (RFC 9112 2.2)";
  return "a line has a control character in it (RFC 9110 5.5)";
}

}  // namespace svc
