#include "core/sdk/content_disposition.h"

#include "core/base/utf8.h"
#include "core/http/percent.h"

namespace svc {
namespace {

// What would be a path, or end the quoted text, or is invisible.
bool is_unsafe(char32_t c) noexcept {
  return c < 0x20 || c == 0x7f || c == '"' || c == '\\' || c == '/' || (c >= 0x80 && c < 0xa0);
}

}  // namespace

std::string content_disposition(std::string_view kind, std::string_view name) {
  std::string safe;   // UTF-8
  std::string ascii;  // The same for who knows filename= only.
  while (!name.empty()) {
    const Utf8Step step = utf8_next(name);
    name.remove_prefix(step.size);
    if (!step.valid || is_unsafe(step.code_point)) {
      safe += '_';
      ascii += '_';
      continue;
    }
    append_utf8(safe, step.code_point);
    // Some clients undo percent-escapes where there should be none (RFC 6266, appendix D).
    const bool plain = step.code_point < 0x80 && step.code_point != '%';
    ascii += plain ? static_cast<char>(step.code_point) : '_';
  }
  std::string field(kind);
  field.append("; filename=\"").append(ascii).append("\"");
  if (ascii != safe) field.append("; filename*=UTF-8''").append(percent_encode(safe));
  return field;
}

}  // namespace svc
