// router.h — path and method to route: static segments before parameters before wildcard.
//
// Patterns: "/", "/orders", "/orders/{id}", "/files/{path...}". A parameter is one whole segment
// and not empty; a wildcard is all that follows the slash before it, which may be nothing
// ("/files/") or have empty segments in it; "/files" itself is another route.
//
// A path is split at '/' while still percent-encoded and only then are segments decoded, so "%2F"
// never makes a segment; "%61" is the same as "a" (RFC 9110 4.2.3). "." and ".." are segments like
// all others, raw or encoded: clients resolve them before they send (RFC 3986 5.2.4), so nothing is
// normalised here and they can't lead to another route; a handler that opens files by such a
// parameter must refuse them. Empty segments ("//") count, too, and a trailing slash is part of the
// path: "/a" and "/a/" are two routes.
//
// Of the patterns that a path fits, the best one that has the method takes the request: where
// "/users/me" has only POST, GET /users/me is for GET "/users/{id}". 405 is for paths of which no
// pattern has it, and Allow names what all of them have.
//
// Why a tree: cost depends on the path's length, not on the number of routes; a path without
// parameters is found at once by a hash of it. No allocation in match(). Threads: built before
// serving, then read only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/http/message.h"
#include "core/http/percent.h"

namespace svc {

// Still encoded, in the order of the pattern.
class PathParameters {
 public:
  static constexpr size_t kMax = 16;

  size_t count() const noexcept { return count_; }
  std::string_view operator[](size_t i) const noexcept { return {views_[i].at, views_[i].size}; }
  // REQUIRES: there are fewer than kMax.
  void add(std::string_view value) noexcept { views_[count_++] = {value.data(), value.size()}; }
  void shrink(size_t count) noexcept { count_ = count; }

 private:
  // No std::string_view, which would be set to nothing 16 times for each request.
  struct View {
    const char* at;
    size_t size;
  };
  View views_[kMax];
  size_t count_ = 0;
};

struct RouteMatch {
  enum class Kind : uint8_t {
    found,
    not_found,           // 404
    method_not_allowed,  // 405; TRACE always (RFC 9110 9.3.8: it would echo credentials).
    options,             // Automatic answer to OPTIONS: 204 with Allow.
    not_implemented,     // 501: no route at all has this method, nor does the standard know it.
  };
  Kind kind = Kind::not_found;
  uint32_t route = 0;         // Of add(), when found. HEAD finds GET's route where it has no own.
  PathParameters parameters;  // Views into the path.
};

class SVC_API Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // `method` is a token, or "*" for GET, HEAD, POST, PUT, DELETE, PATCH and OPTIONS: a method that
  // the standard doesn't name is served only where it is named (RFC 9110 9.1 owes it 501). Errors:
  // invalid_argument for a malformed pattern, CONNECT, TRACE, and a route that is already there
  // (also with other parameter names), naming both.
  Result<> add(std::string_view method, std::string_view pattern, uint32_t route);
  // `path` as in RequestHead::path. OPTIONS on a known path without an own route, and OPTIONS *:
  // Kind::options.
  RouteMatch match(Method method, std::string_view method_text,
                   std::string_view path) const noexcept;
  // "GET, HEAD, OPTIONS": what the patterns that fit `path` have, for 405 and for automatic
  // OPTIONS; of the server as a whole for "*" and a path that fits none.
  std::string allow(std::string_view path) const;

 private:
  struct Endpoint;
  struct Node;
  struct Literals;

  template <class Visit>
  static bool visit_fitting(const Node& node, std::string_view path, PathParameters& parameters,
                            const Visit& visit);

  std::unique_ptr<Node> root_;
  std::unique_ptr<Endpoint> all_;       // The methods of all routes together: OPTIONS *, and 501.
  std::unique_ptr<Literals> literals_;  // Endpoints of patterns without a parameter, by pattern.
};

}  // namespace svc
