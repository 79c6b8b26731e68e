// line_scan.h — where a line of HTTP ends, strictly: CRLF, and no other control character in it.
//
// Why strict: RFC 9112 2.2 lets a recipient take a bare LF for a line's end and leaves a bare CR to
// be refused or replaced. Two parties that choose differently see two different messages, so here
// both are refused, and so is every control character but HTAB (RFC 9110 5.5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace svc {

struct LineScan {
  enum class Kind : uint8_t { partial, complete, bare_lf, bare_cr, control };
  Kind kind = Kind::partial;
  // complete: of the CR; bare_… and control: of the culprit; partial: where to look on.
  size_t at = 0;
};

// Looks for the end of the line at or after offset `from` of `text`.
LineScan find_line_end(std::string_view text, size_t from) noexcept;

// No control character but HTAB: RFC 9110 5.5, whatever its encoding.
bool is_field_value(std::string_view text) noexcept;

// What to tell the client of such a line; REQUIRES: one of the three bad kinds.
std::string_view line_fault(LineScan::Kind kind) noexcept;

}  // namespace svc
