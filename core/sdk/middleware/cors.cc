#include "core/sdk/middleware/cors.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "core/sdk/context.h"
#include "core/sdk/problem.h"

namespace svc {
namespace {

constexpr std::string_view kAnyOrigin = "*";
constexpr std::string_view kPreflightVary =
    "Access-Control-Request-Method, Access-Control-Request-Headers";

std::string comma_list(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) {
    if (!list.empty()) list += ", ";
    list += item;
  }
  return list;
}

void check_origin(const std::string& origin) {
  if (origin == kAnyOrigin || origin == "null") return;
  const size_t host = origin.find("://");
  const bool shaped = host != std::string::npos && host > 0 && host + 3 < origin.size() &&
                      origin.find_first_of("/?#@", host + 3) == std::string::npos;
  const size_t star = origin.find('*');
  const bool star_leads =
      star == std::string::npos || (star == host + 3 && origin.substr(star).starts_with("*.") &&
                                    origin.find('*', star + 1) == std::string::npos);
  if (shaped && star_leads) return;
  throw std::invalid_argument("CORS: '" + origin +
                              "' is no origin: write scheme://host[:port], https://*.host or *");
}

class CorsRules {
 public:
  explicit CorsRules(Cors settings)
      : settings_(std::move(settings)),
        any_(std::ranges::find(settings_.origins, kAnyOrigin) != settings_.origins.end()),
        methods_(comma_list(settings_.methods)),
        headers_(comma_list(settings_.headers)),
        expose_(comma_list(settings_.expose)) {
    for (const std::string& origin : settings_.origins) check_origin(origin);
    if (any_ && settings_.credentials) {
      throw std::invalid_argument("CORS: origins \"*\" with credentials: list the origins");
    }
  }

  void run(Context& ctx, Next& next) const {
    const RequestHead& head = ctx.request().head();
    const auto origin = head.header("Origin");
    const bool preflight =
        head.method == Method::options && origin && head.header("Access-Control-Request-Method");
    // Of every answer, with an Origin or without: a cache must not hand one to the other.
    if (!any_) ctx.add_header("Vary", "Origin");
    if (origin && allows(*origin)) allow(ctx, *origin);
    if (!preflight) {
      next();
      return;
    }
    if (!allows(*origin))
      throw Problem(403, "this origin is not allowed here").header("Vary", kPreflightVary);
    next.answer(answer_preflight(head));
  }

 private:
  bool allows(std::string_view origin) const noexcept {
    return any_ || std::ranges::any_of(settings_.origins, [&](const std::string& allowed) {
             return matches(origin, allowed);
           });
  }

  // Origins are compared as they are: browsers send them in one form (RFC 6454 6.2).
  static bool matches(std::string_view origin, std::string_view allowed) noexcept {
    const size_t star = allowed.find('*');
    if (star == std::string_view::npos) return origin == allowed;
    const std::string_view before = allowed.substr(0, star), behind = allowed.substr(star + 1);
    return origin.size() > before.size() + behind.size() && origin.starts_with(before) &&
           origin.ends_with(behind);
  }

  void allow(Context& ctx, std::string_view origin) const {
    ctx.header("Access-Control-Allow-Origin", any_ ? kAnyOrigin : origin);
    if (settings_.credentials) ctx.header("Access-Control-Allow-Credentials", "true");
    if (!expose_.empty() && ctx.request().head().method != Method::options) {
      ctx.header("Access-Control-Expose-Headers", expose_);
    }
  }

  // A handler is never run for it: app.any() would take it for a request.
  Response answer_preflight(const RequestHead& head) const {
    Response answer(204);
    answer.header("Vary", kPreflightVary);
    answer.header("Access-Control-Allow-Methods", methods_);
    const auto asked = head.header("Access-Control-Request-Headers");
    if (!headers_.empty()) {
      answer.header("Access-Control-Allow-Headers", headers_);
    } else if (asked) {
      answer.header("Access-Control-Allow-Headers", *asked);
    }
    answer.header("Access-Control-Max-Age", std::to_string(settings_.max_age.count()));
    return answer;
  }

  Cors settings_;
  bool any_;
  std::string methods_, headers_, expose_;
};

}  // namespace

Middleware cors(Cors settings) {
  auto rules = std::make_shared<const CorsRules>(std::move(settings));
  return Middleware("cors", [rules](Context& ctx, Next& next) { rules->run(ctx, next); });
}

}  // namespace svc
