#include "core/http/field_section.h"

#include <algorithm>

#include "core/http/chars.h"
#include "core/http/line_scan.h"

namespace svc {

FieldSection::State FieldSection::refuse(int status, std::string_view detail) noexcept {
  refusal_ = {status, detail};
  return State::refused;
}

FieldSection::State FieldSection::advance(std::string_view text,
                                          const HttpLimits& limits) noexcept {
  while (line_ < text.size()) {
    const char first = text[line_];
    if (is_space(first)) {
      return refuse(400, "a field line begins with whitespace: obsolete folding (RFC 9112 5.2)");
    }
    if (first != '\r' && fields_ == limits.header_count_max) {
      return refuse(431, "too many header fields");
    }
    const LineScan scan = find_line_end(text, resume_);
    // Before what the scan found is judged: a bound holds for lines that never end, too. Of two
    // bounds the nearer one counts, as it does when the bytes come one by one.
    const size_t field_bound = line_ + limits.header_field_max;
    const size_t section_bound = begin_ + limits.headers_max;
    if (scan.at > std::min(field_bound, section_bound)) {
      return refuse(431, field_bound <= section_bound ? "a header field is too long"
                                                      : "the header fields are too long");
    }
    resume_ = scan.at;
    if (scan.kind == LineScan::Kind::partial) return State::incomplete;
    if (scan.kind != LineScan::Kind::complete) return refuse(400, line_fault(scan.kind));
    resume_ = scan.at + 2;
    if (scan.at == line_) {
      end_ = resume_;
      return State::complete;
    }
    line_ = resume_;
    ++fields_;
  }
  return State::incomplete;
}

}  // namespace svc
