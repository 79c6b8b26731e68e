// route_group.h — routes that have something in common: a prefix, middleware, tags, the shape of
// their errors.
//
//   auto v1 = app.group("/v1").use(svc::timing());
//   v1.get("/orders/{id}", get_order);                     // GET /v1/orders/{id}
//   auto admin = v1.group("/admin").use(require_admin);    // around v1's: timing, require_admin
//
// A handle: copies stand for the same group. An App is one too, with an empty prefix, so that a
// function that adds routes may take a RouteGroup& and be used for either.
#pragma once

#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/base/api.h"
#include "core/sdk/middleware.h"
#include "core/sdk/pattern.h"
#include "core/sdk/problem.h"
#include "core/sdk/route.h"
#include "core/sdk/signature.h"

namespace svc {

struct RouteScope;

// What an exception that a handler threw is answered with; std::monostate: not this rule's.
using ExceptionAnswer = std::variant<std::monostate, Problem, Response>;

// "/v1": begins with a slash, doesn't end with one, has no placeholders (a handler's parameters are
// checked against its own pattern alone). "": a group for what its routes have in common alone; it
// isn't around the 404 of unknown paths, which belong to who has the prefix. Checked by the
// compiler; svc::runtime("…") at boot.
class GroupPrefix {
 public:
  template <size_t N>
  consteval GroupPrefix(const char (&text)[N]) : text_(text, N - 1) {
    if (!valid(text_)) detail::refuse("svc: a prefix is \"/name\": no slash behind, no braces");
  }
  template <detail::UnseenText S>
  GroupPrefix(S&&) {
    static_assert(!detail::UnseenText<S>,
                  "svc: a prefix that is no literal is checked at boot: svc::runtime(prefix)");
  }
  // Throws std::invalid_argument. REQUIRES: `prefix` outlives this object.
  GroupPrefix(const RuntimePattern& prefix) : text_(prefix.text) {
    if (!valid(text_)) throw std::invalid_argument("prefix " + prefix.text + ": " + kRule);
  }
  constexpr std::string_view text() const noexcept { return text_; }

 private:
  static constexpr const char* kRule = "is \"/name\": no slash behind, no braces";
  static constexpr bool valid(std::string_view text) {
    return text.empty() || (text.size() > 1 && text.front() == '/' && text.back() != '/' &&
                            text.find_first_of("{}") == std::string_view::npos);
  }

  std::string_view text_;
};

class SVC_API RouteGroup {
 public:
  // GET answers HEAD as well, without the body, unless the path has a HEAD route of its own.
  template <class H>
  Route& get(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<false>("GET", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& head(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<false>("HEAD", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& post(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("POST", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& put(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("PUT", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& patch(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("PATCH", pattern.text(), std::move(handler));
  }
  template <class H>
  Route& del(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("DELETE", pattern.text(), std::move(handler));
  }
  // A path whose OPTIONS nobody has taken answers by itself: 204 with Allow.
  template <class H>
  Route& options(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("OPTIONS", pattern.text(), std::move(handler));
  }
  // Every method; a route of a method of its own on the same path comes first.
  template <class H>
  Route& any(RoutePattern<std::type_identity_t<H>> pattern, H handler) {
    return add<true>("*", pattern.text(), std::move(handler));
  }

  // The pattern "" is the prefix itself: app.group("/v1").get("", …) is GET /v1.
  RouteGroup group(GroupPrefix prefix) const;
  // A guard, too: use(std::make_shared<Limit>(…)).
  RouteGroup& use(Middleware middleware);
  // For the documentation: of every route of this group, beside the route's own.
  RouteGroup& tags(std::initializer_list<std::string_view> names);

  // Another shape for every error: a function of (const svc::Problem&) to a Response, or to a value
  // that becomes JSON with the problem's status. The application's gives it to the server's own
  // refusals, too.
  template <class F>
  void on_error(F shape) {
    using R = std::remove_cvref_t<std::invoke_result_t<F&, const Problem&>>;
    if constexpr (std::is_same_v<R, Response>) {
      set_error_shape(std::move(shape));
    } else {
      set_error_shape([shape = std::move(shape)](const Problem& problem) mutable {
        return Response::of(shape(problem), problem.status());
      });
    }
  }
  // What an E (or what derives from it) that a handler throws is answered with: a function of
  // (const E&) to a Problem or a Response. Rules of an inner group come first, then the order of
  // their making. One for std::exception, whatever else goes wrong, leaves Problems alone: they are
  // answers already, 404 and 422 among them.
  template <class E, class F>
  void on_exception(F answer) {
    using R = std::remove_cvref_t<std::invoke_result_t<F&, const E&>>;
    static_assert(std::is_same_v<R, Problem> || std::is_same_v<R, Response>,
                  "svc: on_exception takes a function that returns svc::Problem or svc::Response");
    add_exception_rule([answer = std::move(answer)]() mutable -> ExceptionAnswer {
      try {
        throw;
      } catch (const E& e) {
        if constexpr (std::is_same_v<E, std::exception>) {
          if (dynamic_cast<const Problem*>(&e) != nullptr) return {};
        }
        return answer(e);
      } catch (...) {
        return {};
      }
    });
  }

 protected:
  explicit RouteGroup(RouteScope& scope) noexcept : scope_(&scope) {}
  RouteScope& scope() const noexcept { return *scope_; }

 private:
  template <bool TakesBody, class H>
  Route& add(std::string_view method, std::string_view pattern, H handler) {
    detail::check_handler<H, TakesBody>();
    if constexpr (detail::SignatureOf<H>::placed) {
      return add_route(method, pattern, detail::erase_handler(std::move(handler)));
    }
  }
  Route& add_route(std::string_view method, std::string_view pattern,
                   detail::ErasedHandler handler);
  void set_error_shape(std::function<Response(const Problem&)> shape);
  void add_exception_rule(std::function<ExceptionAnswer()> rule);

  RouteScope* scope_;
};

}  // namespace svc
