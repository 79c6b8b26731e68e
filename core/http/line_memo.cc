#include "core/http/line_memo.h"

#include "core/http/moved_view.h"

namespace svc {
namespace {

// All that a request line says; the fields say the rest.
void move_line(const RequestHead& from, std::string_view line, const char* to,
               RequestHead& head) noexcept {
  head.method = from.method;
  head.version_minor = from.version_minor;
  head.method_text = moved_view(from.method_text, line, to);
  head.target = moved_view(from.target, line, to);
  head.path = moved_view(from.path, line, to);
  head.query = moved_view(from.query, line, to);
  head.authority = moved_view(from.authority, line, to);
}

}  // namespace

size_t LineMemo::recall(std::string_view text, RequestHead& head) const noexcept {
  if (line_.empty() || !text.starts_with(line_)) return 0;
  move_line(said_, line_, text.data(), head);
  return line_.size();
}

void LineMemo::keep(std::string_view line, const RequestHead& head) {
  line_.clear();
  if (line.size() > kLineMax) return;
  line_ = line;
  move_line(head, line, line_.data(), said_);
}

}  // namespace svc
