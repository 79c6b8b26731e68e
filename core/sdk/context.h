// context.h — one request in flight, as its handler may ask about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/http/application.h"
#include "core/sdk/offload.h"
#include "core/sdk/request.h"
#include "core/sdk/worker.h"

namespace svc {

class App;

class SVC_API Context {
 public:
  Context(App& app, Exchange& exchange, Request& request, std::string_view route) noexcept
      : app_(app), exchange_(exchange), request_(request), route_(route) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Request& request() const noexcept { return request_; }
  App& app() const noexcept { return app_; }
  std::string_view route() const noexcept { return route_; }  // "/orders/{id}"
  std::string request_id() const;                             // 16 hex digits, as in the log.
  std::string peer() const { return request_.peer(); }
  std::optional<Instant> deadline() const noexcept { return exchange_.deadline(); }
  WorkerInfo worker() const { return svc::worker(); }

  void sleep_for(Duration time) const { svc::sleep_for(time); }
  template <class Function>
  auto offload(Function&& function) const {
    return svc::offload(std::forward<Function>(function));
  }

 private:
  App& app_;
  Exchange& exchange_;
  Request& request_;
  std::string_view route_;
};

}  // namespace svc
