#include "core/http/request_line.h"

#include "core/http/chars.h"
#include "core/http/target.h"

namespace svc {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

Refusal judge_version(std::string_view text, RequestHead& head) noexcept {
  // Case matters (RFC 9112 2.3).
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7])) {
    return {400, "the request line does not end with \"HTTP/\" digit \".\" digit (RFC 9112 2.3)"};
  }
  if (text[5] != '1') return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  head.version_minor = text[7] == '0' ? 0 : 1;
  return {};
}

}  // namespace

Refusal judge_request_line(std::string_view line, RequestHead& head) noexcept {
  size_t method_end = 0;
  while (method_end < line.size() && is_char(line[method_end], kTokenChar)) ++method_end;
  head.method_text = line.substr(0, method_end);
  if (method_end == 0 || (method_end < line.size() && line[method_end] != ' ')) {
    return {400, "the request line does not begin with a method (RFC 9110 9.1)"};
  }
  const size_t target_at = head.method_text.size() + 1;
  const size_t target_end = line.find(' ', target_at);
  if (target_end == std::string_view::npos) {
    return {400, "the request line has no version: HTTP/0.9 is not spoken here (RFC 9112 3)"};
  }
  head.target = line.substr(target_at, target_end - target_at);
  if (head.target.empty()) {
    return {400, "the request line's parts are not one space apart (RFC 9112 3)"};
  }
  if (const Refusal bad = judge_version(line.substr(target_end + 1), head)) return bad;

  head.method = method_from(head.method_text);
  if (head.method == Method::connect) {
    return {501, "CONNECT is not implemented: this server is no proxy"};
  }
  return judge_target(head);
}

}  // namespace svc
