// route.h — one row of a service's route table, and what can be said about it.
//
//   app.post("/reports", make_report).offload().deadline(2min).body_max(16 << 20);
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/handler.h"

namespace svc {

class SVC_API Route {
 public:
  // `method` "*": any.
  Route(std::string_view method, std::string_view pattern, detail::ErasedHandler handler);
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  Route& offload() noexcept;  // The handler runs in the pool of threads.
  Route& deadline(std::chrono::milliseconds time) noexcept;  // Instead of http.request_timeout.
  Route& body_max(uint64_t bytes) noexcept;                  // Instead of http.body_max.

  const std::string& method() const noexcept { return method_; }
  const std::string& pattern() const noexcept { return pattern_; }
  std::string_view placeholder(size_t index) const noexcept { return placeholders_[index]; }
  bool has_placeholders() const noexcept { return !placeholders_.empty(); }
  bool offloaded() const noexcept { return offloaded_; }
  RoutePlan plan(uint32_t index) const noexcept;
  void run(Call& call) const { handler_.run(handler_.object.get(), call); }

 private:
  std::string method_;
  std::string pattern_;
  std::vector<std::string_view> placeholders_;  // Their names, in pattern_.
  detail::ErasedHandler handler_;
  std::optional<std::chrono::milliseconds> deadline_;
  uint64_t body_max_ = 0;
  bool offloaded_ = false;
};

}  // namespace svc
