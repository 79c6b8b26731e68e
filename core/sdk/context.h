// context.h — one request in flight, as its handler may ask about it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/http/application.h"
#include "core/sdk/background.h"
#include "core/sdk/client/http.h"
#include "core/sdk/context_store.h"
#include "core/sdk/cookie.h"
#include "core/sdk/offload.h"
#include "core/sdk/request.h"
#include "core/sdk/worker.h"

namespace svc {

class App;
namespace detail {
template <class T>
struct Requested;  // dependency.h
}

class SVC_API Context {
 public:
  // `fields_read`: as Route::fields_read().
  Context(App& app, Exchange& exchange, Request& request, std::string_view route,
          std::span<const std::string_view> fields_read = {}) noexcept
      : app_(app),
        exchange_(exchange),
        request_(request),
        route_(route),
        fields_read_(fields_read) {}
  ~Context() {
    if (!later_.empty()) start_later();
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Request& request() const noexcept { return request_; }
  App& app() const noexcept { return app_; }
  std::string_view route() const noexcept { return route_; }  // "/orders/{id}"
  // As in the log: the client's X-Request-Id, or else 16 hexadecimal digits (spoken_id.h).
  std::string request_id() const;
  // W3C Trace Context: the client's trace, or one that begins here; calls by http() belong to it.
  const TraceContext& trace() const { return exchange_.trace(); }
  std::string peer() const { return request_.peer(); }
  std::optional<Instant> deadline() const noexcept { return exchange_.deadline(); }
  WorkerInfo worker() const { return svc::worker(); }

  // A field of whatever will be answered, an error or a stream included, in place of the answer's
  // own; add_header(): beside it. Throws std::invalid_argument as Response does.
  void header(std::string_view name, std::string_view value) { fields().set(name, value); }
  void add_header(std::string_view name, std::string_view value) { fields().add(name, value); }

  // Beside whatever will be answered; see cookie.h.
  void cookie(std::string_view name, std::string_view value, const CookieOptions& options = {}) {
    add_header("Set-Cookie", set_cookie(name, value, options));
  }

  // What belongs to this request: a middleware leaves a User, a handler finds it. One value of each
  // type.
  template <class T>
  T& set(T value) {
    return *static_cast<T*>(store_.put(typeid(T), new T(std::move(value)),
                                       [](void* kept) { delete static_cast<T*>(kept); }));
  }
  template <class T>
  T* find() const noexcept {
    return static_cast<T*>(store_.find(typeid(T)));
  }
  // What is there, or else what svc::from<T> makes or the request has (a svc::Query,
  // svc::QueryParam, svc::Header, svc::Cookie, svc::Body), which is kept. Throws Problem 422 for
  // what is wrong in the request, std::logic_error for a T that nobody has left.
  template <class T>
  T& get() {
    if (T* const kept = find<T>()) return *kept;
    if constexpr (detail::Requested<T>::known) {
      return detail::Requested<T>::keep(*this);
    } else {
      store_.missing(typeid(T));
    }
  }

  // Another service, by its name or a URL; the call belongs to this request.
  HttpTarget http(std::string_view name_or_url) const;
  void sleep_for(Duration time) const { svc::sleep_for(time); }
  template <class Function>
  auto offload(Function&& function) const {
    return svc::offload(std::forward<Function>(function));
  }

  // As svc::background(), but it begins when the handler has returned and the answer was given, and
  // not at all if the handler throws. Throws Problem 503 when the worker has too much of it.
  void background(std::move_only_function<void()> work, AtStop at_stop = AtStop::finish);

 private:
  friend class App;  // Both say when it is due.
  friend class Call;
  struct Later {
    std::move_only_function<void()> work;
    AtStop at_stop;
  };
  void start_later() noexcept;
  size_t later() const noexcept { return later_.size(); }
  void forget_later(size_t from) noexcept;  // What has been asked for since it was so many.
  void later_is_due() noexcept { due_ = true; }

  // Keeps the fields that belong to an answer, and tells apart what the handler does.
  friend class AnswerCache;
  AnswerFields& fields() noexcept { return exchange_.fields(); }

  App& app_;
  Exchange& exchange_;
  Request& request_;
  std::string_view route_;
  std::span<const std::string_view> fields_read_;
  ContextStore store_;
  std::vector<Later> later_;
  bool due_ = false;
};

}  // namespace svc
