// field_section.h — the lines of a header or trailer section, before anybody parses them.
//
// Why: a section may arrive in any number of pieces, and a bound must hold before the line or the
// section is whole. This scanner sees each byte once, remembers offsets only, and decides by the
// earliest offending byte, so that the outcome does not depend on how the bytes were cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/http/limits.h"
#include "core/http/refusal.h"

namespace svc {

class FieldSection {
 public:
  enum class State : uint8_t { incomplete, complete, refused };

  // The section begins at offset `at` of the texts that advance() will see.
  void start(size_t at) noexcept { *this = FieldSection(at); }

  // `text` has what it had before, and more. Refuses what line_scan.h refuses, folded lines
  // (RFC 9112 5.2) and what exceeds field, section or number limits (431).
  State advance(std::string_view text, const HttpLimits& limits) noexcept;

  // The first `size` bytes are a whole section that has been judged before.
  void skip(size_t size) noexcept { end_ = begin_ + size; }

  size_t begin() const noexcept { return begin_; }
  size_t end() const noexcept { return end_; }  // Past the empty line, once complete.
  size_t fields() const noexcept { return fields_; }
  const Refusal& refusal() const noexcept { return refusal_; }

  FieldSection() = default;

 private:
  explicit FieldSection(size_t at) noexcept : begin_(at), line_(at), resume_(at) {}
  State refuse(int status, std::string_view detail) noexcept;

  size_t begin_ = 0;
  size_t line_ = 0;    // Where the current line begins.
  size_t resume_ = 0;  // All before it has been looked at.
  size_t end_ = 0;
  size_t fields_ = 0;
  Refusal refusal_;
};

}  // namespace svc
