// http.h — calling other services: ctx.http("prices"), svc::http("http://…").
//
//   auto price = ctx.http("prices").get("/prices/{}", in.sku).timeout(300ms).as<Price>();
//   auto answer = ctx.http("users").post("/login").json(credentials).response();
//   svc::http("http://127.0.0.1:9000/hook").post().json(event).response();
//
// A call suspends the handler, never the worker. It goes out when its result is asked for (as,
// response, stream); what is set before is written into it. Retries, breaker and balancing are the
// upstream's (upstream_options.h); times and attempts may be changed for one call. The deadline of
// the request that is being served bounds every call made for it, and is what cancels them: an
// upstream notices by the end of its connection. traceparent (W3C) and X-Request-Id are handed on.
//
// Threads: the handler's; in a pool thread the work is passed to the request's fiber.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/client/path_template.h"
#include "core/sdk/client/upstream_error.h"
#include "core/sdk/client/upstream_options.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/response.h"
#include "core/sdk/types/describe.h"

namespace svc {

class HttpCall;
class Upstreams;

namespace detail {
struct CallState;
struct AnswerState;

template <class T>
inline constexpr bool is_optional_answer = false;
template <class T>
inline constexpr bool is_optional_answer<std::optional<T>> = true;
}  // namespace detail

// An answer, whatever its status.
class SVC_API HttpResponse {
 public:
  int status() const noexcept;
  bool ok() const noexcept { return status() >= 200 && status() <= 299; }
  std::optional<std::string_view> header(std::string_view name) const noexcept;  // The first one.
  std::vector<std::pair<std::string, std::string>> headers() const;
  const std::string& body() const noexcept;
  std::string take_body() &&;
  int attempts() const noexcept;  // How many it took.
  // The body as JSON. Throws UpstreamError (502) where it isn't a T.
  template <class T>
  T as() const {
    T value{};
    read_json_body(type_info<T>(), &value);
    return value;
  }

 private:
  friend class HttpCall;
  explicit HttpResponse(std::shared_ptr<detail::AnswerState> state) noexcept;
  void read_json_body(const TypeInfo& type, void* out) const;
  [[noreturn]] void refuse() const;  // For its status.
  [[noreturn]] void fail(UpstreamError::Kind kind, const std::string& why) const;

  std::shared_ptr<detail::AnswerState> state_;
};

// An answer whose body is read while it arrives. Destroying it earlier closes the connection.
class SVC_API HttpStream {
 public:
  HttpStream(HttpStream&&) noexcept;
  HttpStream& operator=(HttpStream&&) noexcept;
  ~HttpStream();

  int status() const noexcept;
  bool ok() const noexcept { return status() >= 200 && status() <= 299; }
  std::optional<std::string_view> header(std::string_view name) const noexcept;
  // The next piece, empty at the end; valid until the next call. Waits; what isn't read stays with
  // the upstream. Throws UpstreamError when the answer breaks off.
  std::string_view read();

 private:
  friend class HttpCall;
  explicit HttpStream(std::shared_ptr<detail::AnswerState> state) noexcept;

  std::shared_ptr<detail::AnswerState> state_;
};

// One call while it is put together. Copies are the same call. Sent once for each result that is
// asked for.
class SVC_API HttpCall {
 public:
  // A pair of the query, encoded. An empty optional is left out.
  template <class T>
  HttpCall& query(std::string_view name, const T& value) {
    if constexpr (detail::is_optional_answer<T>) {
      return value ? add_query(name, detail::argument_text(*value)) : *this;
    } else {
      return add_query(name, detail::argument_text(value));
    }
  }
  // Throws std::invalid_argument for control characters and for fields that frame the message.
  HttpCall& header(std::string_view name, std::string_view value);
  HttpCall& bearer(std::string_view token);  // Authorization: Bearer …

  HttpCall& body(std::string bytes, std::string_view content_type = kBytesType);
  HttpCall& text(std::string text) { return body(std::move(text), kTextType); }
  template <class T>
  HttpCall& json(const T& value) {
    std::string out;
    append_json(out, type_info<T>(), &value);
    return body(std::move(out), kJsonType);
  }
  // application/x-www-form-urlencoded
  HttpCall& form(const std::vector<std::pair<std::string, std::string>>& fields);
  // A body in parts: `next` fills the start of a buffer and says how much, 0 at the end. It may
  // wait. Such a call is not tried again once `next` has been asked.
  HttpCall& body_from(std::function<size_t(std::span<char>)> next,
                      std::optional<uint64_t> length = std::nullopt,
                      std::string_view content_type = kBytesType);

  HttpCall& timeout(std::chrono::milliseconds time);  // Of the whole call.
  HttpCall& attempt_timeout(std::chrono::milliseconds time);
  HttpCall& attempts(uint32_t count);
  HttpCall& hedge_after(std::chrono::milliseconds time);
  HttpCall& redirects(uint32_t count);
  HttpCall& body_max(uint64_t bytes);
  // This call means the same when it is sent twice, whatever its method (an idempotency key, a
  // search by POST): it may be tried again. false: never, not even a GET.
  HttpCall& idempotent(bool is = true);

  // Throws UpstreamError when there is no answer; whatever the status.
  HttpResponse response();
  // The same, the body as it comes. Times bound the way to the head; then a silence of 15 s.
  HttpStream stream();
  // A 2xx answer as a T: JSON, or the text for std::string, or nothing for void. A 404 is an empty
  // optional for std::optional. Throws UpstreamError for everything else.
  template <class T>
  T as() {
    if constexpr (std::is_void_v<T>) {
      success();
    } else if constexpr (std::is_same_v<T, std::string>) {
      return success().take_body();
    } else if constexpr (detail::is_optional_answer<T>) {
      auto answer = success_or_404();
      if (!answer) return std::nullopt;
      return answer->template as<typename T::value_type>();
    } else {
      return success().template as<T>();
    }
  }

 private:
  friend class HttpTarget;
  explicit HttpCall(std::shared_ptr<detail::CallState> state) noexcept;

  HttpCall& add_query(std::string_view name, std::string&& value);
  HttpResponse success();
  std::optional<HttpResponse> success_or_404();

  std::shared_ptr<detail::CallState> state_;
};

// What is handed on from the request that is being served to those that are made for it.
struct SVC_API CallOrigin {
  std::string request_id{};
  std::string traceparent{};
  std::string tracestate{};
};

// Whom to call: an upstream by its name, or a URL. A path is added to that of the URL.
class SVC_API HttpTarget {
 public:
  // Throws std::logic_error for a name that app.upstream() has not declared, std::invalid_argument
  // for a URL that is none.
  HttpTarget(Upstreams& upstreams, std::string_view name_or_url, CallOrigin origin);

  HttpCall get() const { return make("GET"); }
  HttpCall head() const { return make("HEAD"); }
  HttpCall post() const { return make("POST"); }
  HttpCall put() const { return make("PUT"); }
  HttpCall patch() const { return make("PATCH"); }
  HttpCall del() const { return make("DELETE"); }
  HttpCall request(std::string_view method) const { return make(method); }

  template <class... A>
  HttpCall get(PathTemplate<std::type_identity_t<A>...> path, const A&... arguments) const {
    return make("GET", path.text(), {detail::argument_text(arguments)...});
  }
  template <class... A>
  HttpCall head(PathTemplate<std::type_identity_t<A>...> path, const A&... arguments) const {
    return make("HEAD", path.text(), {detail::argument_text(arguments)...});
  }
  template <class... A>
  HttpCall post(PathTemplate<std::type_identity_t<A>...> path, const A&... arguments) const {
    return make("POST", path.text(), {detail::argument_text(arguments)...});
  }
  template <class... A>
  HttpCall put(PathTemplate<std::type_identity_t<A>...> path, const A&... arguments) const {
    return make("PUT", path.text(), {detail::argument_text(arguments)...});
  }
  template <class... A>
  HttpCall patch(PathTemplate<std::type_identity_t<A>...> path, const A&... arguments) const {
    return make("PATCH", path.text(), {detail::argument_text(arguments)...});
  }
  template <class... A>
  HttpCall del(PathTemplate<std::type_identity_t<A>...> path, const A&... arguments) const {
    return make("DELETE", path.text(), {detail::argument_text(arguments)...});
  }
  template <class... A>
  HttpCall request(std::string_view method, PathTemplate<std::type_identity_t<A>...> path,
                   const A&... arguments) const {
    return make(method, path.text(), {detail::argument_text(arguments)...});
  }

 private:
  HttpCall make(std::string_view method, std::string_view path = {},
                std::initializer_list<std::string> arguments = {}) const;

  std::shared_ptr<const detail::CallState> base_;
};

// Outside of a request (on_start, what runs in the background): nothing is handed on.
SVC_API HttpTarget http(std::string_view name_or_url);

}  // namespace svc
