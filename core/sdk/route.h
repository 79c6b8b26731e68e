// route.h — one row of a service's route table, and what can be said about it.
//
//   app.post("/reports", make_report).offload().deadline(2min).body_max(16 << 20);
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/handler.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/middleware.h"
#include "core/sdk/route_notes.h"

namespace svc {

struct RouteScope;

class SVC_API Route {
 public:
  // `method` "*": any. `pattern`: with the prefixes of its groups.
  Route(const RouteScope& scope, std::string_view method, std::string_view pattern,
        detail::ErasedHandler handler);
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  Route& offload() noexcept;  // The handler runs in the pool of threads.
  Route& deadline(std::chrono::milliseconds time) noexcept;  // Instead of http.request_timeout.
  Route& body_max(uint64_t bytes) noexcept;                  // Instead of http.body_max.

  Route& use(Middleware middleware);  // Inside of its groups'.
  Route& guard(std::shared_ptr<Guard> guard) { return use(std::move(guard)); }

  // For the documentation.
  Route& name(std::string text);         // operationId, unique in the service.
  Route& summary(std::string text);      // One line.
  Route& description(std::string text);  // More, in Markdown.
  Route& tags(std::initializer_list<std::string_view> names);
  Route& deprecated() noexcept;
  Route& hidden() noexcept;  // Not in the document.
  // An error that the handler throws: Problem(409).
  Route& throws(int status, std::string description);
  // An answer that the result's type doesn't show: of a Response, of a Stream.
  Route& answers(int status, std::string description, std::string media_type = {});
  template <class T>
  Route& answers(int status, std::string description) {
    return answers_with(status, std::move(description), type_info<T>());
  }
  template <class T>
  Route& request_example(const T& body) {
    append_json(notes_.request_example, type_info<T>(), &body);
    return *this;
  }
  template <class T>
  Route& response_example(const T& body) {
    append_json(notes_.response_example, type_info<T>(), &body);
    return *this;
  }
  // Guards in short (core/sdk/guards); with more to say: guard(svc::rate_limit({…})), and so on.
  Route& rate_limit(uint64_t count, Duration per);            // Of each peer, over all workers.
  Route& concurrency(size_t at_once, size_t queue_size = 0);  // In each worker; else 503.
  Route& cache(Duration ttl);                                 // Its answers, in each worker.

  const std::string& method() const noexcept { return method_; }
  const std::string& pattern() const noexcept { return pattern_; }
  std::string_view placeholder(size_t index) const noexcept { return placeholders_[index]; }
  size_t placeholder_count() const noexcept { return placeholders_.size(); }
  bool has_placeholders() const noexcept { return !placeholders_.empty(); }
  bool offloaded() const noexcept { return offloaded_; }
  RoutePlan plan(uint32_t index) const noexcept;
  void run(Call& call) const { handler_.run(handler_.object.get(), call); }

  const RouteNotes& notes() const noexcept { return notes_; }
  const HandlerInfo& handler_info() const noexcept { return *handler_.info; }
  RouteInfo info() const;  // For who lists routes.

  void seal();  // Makes the chain: its groups have all of theirs.
  const RouteScope& scope() const noexcept { return scope_; }
  std::span<const Middleware* const> chain() const noexcept { return chain_; }
  // A guard comes before the body, which the server would have read: the chain's end reads it.
  bool reads_late() const noexcept { return reads_late_; }
  // The names of the request's fields that the handler, and what is required around it, take as
  // svc::Header: an answer may differ by them.
  std::span<const std::string_view> fields_read() const noexcept { return fields_read_; }

 private:
  Route& answers_with(int status, std::string description, const TypeInfo& type);

  const RouteScope& scope_;
  std::string method_;
  std::string pattern_;
  std::vector<std::string_view> placeholders_;  // Their names, in pattern_.
  detail::ErasedHandler handler_;
  std::optional<std::chrono::milliseconds> deadline_;
  uint64_t body_max_ = 0;
  bool offloaded_ = false;
  bool reads_late_ = false;
  RouteNotes notes_;
  std::deque<Middleware> own_;  // Stays where it is: the chain refers to it.
  std::vector<const Middleware*> chain_;
  std::vector<std::string_view> fields_read_;
};

}  // namespace svc
