// redirect.h — where an answer of 301, 302, 303, 307 or 308 sends a call, if it may go there.
//
// Rules: RFC 9110 15.4 for methods (303, and 301 and 302 to a POST as every client does it, become
// GET without a body; 307 and 308 keep both), RFC 3986 5.2 for Location. Never from https to http.
// What identifies the caller (Authorization, Cookie) stays with the origin it was meant for.
//
// Pure. How many are followed is the caller's bound.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/http/client/origin.h"

namespace svc {

struct RedirectHop {
  Origin origin{};
  std::string target{};  // Path and query.
  std::string method{};
  bool drop_body = false;  // With Content-Type and its siblings.
  bool same_origin = true;
};

bool is_redirect(int status) noexcept;  // One that names another place: 301, 302, 303, 307, 308.

// `location` seen from the request for `target` at `origin`. Errors: invalid_argument, a sentence
// that says why it is not followed.
Result<RedirectHop> follow_redirect(int status, std::string_view location, std::string_view method,
                                    const Origin& origin, std::string_view target);

// RFC 3986 5.2.4: "/a/b/../c/./d" is "/a/c/d".
std::string remove_dot_segments(std::string_view path);

}  // namespace svc
