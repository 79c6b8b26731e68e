// request_line.h — method SP request-target SP HTTP-version, to the letter (RFC 9112 3).
#pragma once

#include <string_view>

#include "core/http/message.h"
#include "core/http/refusal.h"

namespace svc {

// `line` without its CRLF, free of control characters but HTAB. Fills method, method_text, target,
// version_minor, path, query and (absolute form) authority of `head`.
//   400 for anything that is no request line; 505 for another major version than 1, HTTP/0.9 with
//   its version named included; 501 for CONNECT: this is no proxy. Methods that nobody knows are
//   Method::other and pass: whether one is implemented is the router's to say.
Refusal judge_request_line(std::string_view line, RequestHead& head) noexcept;

}  // namespace svc
