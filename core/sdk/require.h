// require.h — a middleware that lets only those requests pass for which there is a T: a user with
// credentials, a key in a header field, a tenant that exists.
//
//   auto v1 = app.group("/v1").use(svc::require<User>());
//   app.use(svc::require<ApiKey>());    // its svc::from reads svc::Header<"X-Api-Key">
//
// Why apart from security.h: what it reads is described as a handler's parameters are, and those
// know of credentials.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "core/sdk/context.h"
#include "core/sdk/handler_info.h"
#include "core/sdk/middleware.h"
#include "core/sdk/security.h"

namespace svc {

// The T is left in the context: handlers take it as a parameter. As a guard: before the body is
// read.
template <class T>
Middleware require() {
  class Requirement final : public Guard {
   public:
    void around(Context& ctx, Next& next) override {
      static_cast<void>(ctx.get<T>());
      next();
    }
    std::string_view name() const noexcept override { return "authentication"; }
    // What a T without credentials throws is the service's own business.
    std::span<const int> statuses() const noexcept override {
      static constexpr int kRefusal[] = {401};
      return std::span<const int>(kRefusal, detail::has_security<T>() ? 1 : 0);
    }
    const SecurityScheme* security() const noexcept override { return detail::security_of<T>(); }
    std::span<const ParameterInfo> parameters() const noexcept override {
      if constexpr (detail::Requested<T>::known) {
        static constexpr ParameterInfo kRead[] = {detail::describe_parameter<T>()};
        return kRead;
      } else {
        return {};  // A middleware before this one leaves it.
      }
    }
  };
  return Middleware(std::make_shared<Requirement>());
}

}  // namespace svc
