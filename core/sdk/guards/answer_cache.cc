#include "core/sdk/guards/answer_cache.h"

#include <algorithm>
#include <memory>

#include "core/http/chars.h"
#include "core/sdk/conditional.h"
#include "core/sdk/context.h"
#include "core/sdk/guards/cached.h"
#include "core/sdk/guards/rate_limit_fields.h"
#include "core/sdk/worker.h"

namespace svc {
namespace {

struct StoredAnswer {
  Response response;
  Instant made;
};

bool forbids_keeping(std::string_view cache_control) {
  return !each_element(cache_control, [](std::string_view directive) {
    const std::string_view name = directive.substr(0, directive.find('='));
    return !iequals(name, "no-store") && !iequals(name, "private") && !iequals(name, "no-cache");
  });
}

// Errors that say something about one client: its rights, its conditions, how often it asks.
bool is_about_the_client(int status) noexcept {
  constexpr int kStatuses[] = {401, 403, 407, 412, 416, 417, 429};
  return std::ranges::find(kStatuses, status) != std::end(kStatuses);
}

}  // namespace

class AnswerCache {
 public:
  explicit AnswerCache(AnswerCacheOptions options)
      : options_(std::move(options)),
        core_({options_.entries, options_.bytes, options_.ttl, options_.stale, 0s}) {}

  void around(Context& ctx, Next& next) {
    if (!may_look_up(ctx.request())) {
      next();
      return;
    }
    auto [object, lead] = core_.begin(key_of(ctx));
    if (object) {
      const auto& stored = *static_cast<const StoredAnswer*>(object.get());
      return replay(stored, ctx.request().head(), next);
    }
    const size_t fields = ctx.fields().made();
    Outcome& outcome = next();
    if (lead) conclude(ctx, fields, outcome, lead);
  }

 private:
  bool varies_by(std::string_view field) const {
    return std::ranges::any_of(options_.vary,
                               [&](const std::string& name) { return iequals(name, field); });
  }
  // What the handler takes by its type is known without being said.
  bool varies_by(const Context& ctx, std::string_view field) const {
    return varies_by(field) || std::ranges::any_of(ctx.fields_read_, [&](std::string_view name) {
             return iequals(name, field);
           });
  }

  bool may_look_up(const Request& request) const {
    if (request.method() != "GET" && request.method() != "HEAD") return false;
    if (request.header("Range")) return false;
    for (const char* const credential : {"Authorization", "Cookie"})
      if (!options_.personal && request.header(credential) && !varies_by(credential)) return false;
    return true;
  }

  // Parts are told apart by a byte that no part can have.
  std::string key_of(const Context& ctx) const {
    const Request& request = ctx.request();
    std::string key;
    const std::string origin = request.origin();  // Answers may hold URLs.
    for (const std::string_view part :
         {request.method(), std::string_view(origin), request.path(), request.query_string()})
      key.append(part).append(1, '\n');
    const auto add_field = [&](std::string_view name) {
      key.append(request.headers(name).value_or("\r")).append(1, '\n');
    };
    std::ranges::for_each(options_.vary, add_field);
    std::ranges::for_each(ctx.fields_read_, add_field);
    return key;
  }

  static void replay(const StoredAnswer& stored, const RequestHead& request, Next& next) {
    Response response = stored.response;
    const bool has_version = response.head().has("ETag") || response.head().has("Last-Modified");
    if (has_version) apply_preconditions(request, response);
    const auto age = std::chrono::floor<std::chrono::seconds>(now() - stored.made);
    response.header("Age", std::to_string(std::max<int64_t>(0, age.count())));
    next.answer(std::move(response));
  }

  // How long the answer may be kept; 0: not at all.
  Duration lifetime(const Context& ctx, Response& response) const {
    const int status = response.status();
    const ResponseHead& head = response.head();
    if (head.has("Set-Cookie")) return 0s;
    if (const auto control = head.joined("Cache-Control"); control && forbids_keeping(*control))
      return 0s;
    const auto vary = head.joined("Vary");
    const auto known = [&](auto field) { return field.empty() || varies_by(ctx, field); };
    if (vary && !each_element(*vary, known)) return 0s;
    if (status >= 400) return is_about_the_client(status) ? Duration(0) : options_.errors;
    constexpr int kKept[] = {200, 203, 204, 301, 308};
    return std::ranges::find(kKept, status) != std::end(kKept) ? options_.ttl : 0s;
  }

  void conclude(Context& ctx, size_t fields, Outcome& outcome,
                detail::CacheCore::Lead& lead) const {
    if (outcome.streamed() || outcome.response().in_pieces()) return lead.release();
    // With what was said beside the answer, by ctx.header().
    auto stored = std::make_shared<StoredAnswer>(StoredAnswer{outcome.response(), now()});
    ctx.fields().apply_since(fields, stored->response.head());
    // What one client has left of a limit is nobody else's business.
    for (const std::string_view name : rate_limit_fields::kAll)
      stored->response.head().remove(name);
    const Duration ttl = lifetime(ctx, stored->response);
    if (ttl > Duration(0)) {
      const size_t bytes =
          stored->response.body().size() + stored->response.head().encoded().size();
      // An error is no more than it was asked to be: it is never given in the place of a better
      // one.
      const Duration stale = stored->response.status() >= 400 ? Duration(0) : options_.stale;
      return lead.finish({std::move(stored), bytes}, ttl, stale);
    }
    // An error: the next one that waits may have more luck. Else all that wait go their own way.
    if (stored->response.status() < 500) lead.release();
  }

  AnswerCacheOptions options_;
  detail::CacheCore core_;
};

Middleware cache(AnswerCacheOptions options) {
  auto cache = std::make_shared<AnswerCache>(std::move(options));
  return Middleware("cache", [cache](Context& ctx, Next& next) { cache->around(ctx, next); });
}

Middleware cache(Duration ttl) {
  AnswerCacheOptions options;
  options.ttl = ttl;
  return cache(std::move(options));
}

}  // namespace svc
