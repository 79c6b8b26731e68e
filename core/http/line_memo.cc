#include "core/http/line_memo.h"

namespace svc {

size_t LineMemo::recall(std::string_view text, RequestHead& head) const noexcept {
  if (line_.empty() || !text.starts_with(line_)) return 0;
  head.method = method_;
  head.version_minor = version_minor_;
  head.method_text = method_text_.in(text.data());
  head.target = target_.in(text.data());
  head.path = path_.in(text.data());
  head.query = query_.in(text.data());
  head.authority = authority_.in(text.data());
  return line_.size();
}

void LineMemo::keep(std::string_view line, const RequestHead& head) {
  line_.clear();
  // The path of "http://a.example" is a constant.
  if (line.size() > kLineMax || !KeptView::can_be(head.path, line)) return;
  line_ = line;
  method_ = head.method;
  version_minor_ = head.version_minor;
  method_text_ = {head.method_text, line};
  target_ = {head.target, line};
  path_ = {head.path, line};
  query_ = {head.query, line};
  authority_ = {head.authority, line};
}

}  // namespace svc
