// router.h — path and method to route: static segments before parameters before wildcard.
//
// Patterns: "/", "/orders", "/orders/{id}", "/files/{path...}" (wildcard: the rest, at least one
// segment unless written "/files/{path...}" with an also registered "/files"). A path is split at
// '/' while still percent-encoded and only then are the segments decoded, so "%2F" and ".." never
// change which route is taken. A trailing slash is part of the path: "/a" and "/a/" are two routes.
//
// Why a tree: cost depends on the path's length, not on the number of routes. No allocation in
// match(). Threads: built before serving, then read only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/http/message.h"

namespace svc {

struct PathParameters {
  static constexpr size_t kMax = 16;
  std::array<std::string_view, kMax> values;  // Still encoded, in the order of the pattern.
  size_t count = 0;
};

struct RouteMatch {
  enum class Kind : uint8_t { found, not_found, method_not_allowed, options } kind;
  uint32_t route = 0;          // Of add(), when found. HEAD finds GET's route where it has no own.
  PathParameters parameters;   // Views into the path.
  std::string_view allow;      // "GET, HEAD, OPTIONS": for 405 and for automatic OPTIONS.
};

class SVC_API Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // `method` "*" means any. Errors: invalid_argument for a malformed pattern or a route that is
  // already there (also with other parameter names), naming both.
  Result<> add(std::string_view method, std::string_view pattern, uint32_t route);
  // `path` as in RequestHead::path. OPTIONS on a known path without an own route: Kind::options.
  RouteMatch match(Method method, std::string_view method_text, std::string_view path) const noexcept;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

// "%41" → "A". Errors: invalid_argument for "%", "%4", "%zz". '+' stays itself.
SVC_API Result<std::string> percent_decode(std::string_view text);
// Everything but unreserved characters (RFC 3986 2.3) becomes %XX.
SVC_API std::string percent_encode(std::string_view text);

// application/x-www-form-urlencoded pairs ("a=1&b=two+words"), decoded; order kept. Malformed
// escapes stay as they are. At most `pairs_max` pairs (errors: value_too_large).
SVC_API Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query,
                                                                            size_t pairs_max = 1000);

}  // namespace svc
