// security.h — who is asking: credentials as parameters. svc::require demands them: require.h.
//
//   app.get("/me", [](svc::Bearer bearer) { return session_of(bearer.token).user; });
//
//   struct User { std::string name; };
//   template <>
//   struct svc::from<User> {
//     using credentials = svc::Bearer;              // for the documentation
//     static constexpr bool cached = true;          // once a request
//     static User get(svc::Context& ctx) {
//       return user_of(ctx.get<svc::Bearer>().token);   // throws svc::Problem(401)
//     }
//   };
//   auto v1 = app.group("/v1").use(svc::require<User>());
//   v1.get("/orders", [](const User& user) { return orders_of(user); });
//
// Without credentials of the kind that is asked for: 401 with WWW-Authenticate (RFC 9110 11.6.1).
// std::optional<svc::Bearer> takes them where they are, and is empty otherwise.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/context.h"
#include "core/sdk/dependency.h"
#include "core/sdk/parameters.h"
#include "core/sdk/signature.h"

namespace svc {

// A scheme as the OpenAPI document names it (Security Scheme Object).
struct SecurityScheme {
  std::string_view name;    // "bearer": its key in the document.
  std::string_view type;    // "http", "apiKey"
  std::string_view scheme;  // http: "bearer", "basic"
  std::string_view in{};    // apiKey: "header", "query", "cookie"
  std::string_view parameter{};
};

// Authorization: Bearer TOKEN (RFC 6750).
struct Bearer {
  std::string token;
};
// Authorization: Basic … (RFC 7617), taken apart. Compare with svc::same_secret().
struct Basic {
  std::string user;
  std::string password;
};

inline constexpr SecurityScheme kBearerScheme{"bearer", "http", "bearer"};
inline constexpr SecurityScheme kBasicScheme{"basic", "http", "basic"};

// Equal, found out in a time that depends on the length of `given` alone.
SVC_API bool same_secret(std::string_view given, std::string_view kept) noexcept;

template <>
struct SVC_API from<Bearer> {
  static constexpr const SecurityScheme* security = &kBearerScheme;
  static Bearer get(Context& ctx);  // Throws Problem 401.
};
template <>
struct SVC_API from<Basic> {
  static constexpr const SecurityScheme* security = &kBasicScheme;
  static Basic get(Context& ctx);  // Throws Problem 401.
};
template <>
struct SVC_API from<std::optional<Bearer>> {
  static constexpr const SecurityScheme* security = &kBearerScheme;
  static constexpr bool security_optional = true;
  static std::optional<Bearer> get(Context& ctx);  // 401 for what is there and malformed.
};
template <>
struct SVC_API from<std::optional<Basic>> {
  static constexpr const SecurityScheme* security = &kBasicScheme;
  static constexpr bool security_optional = true;
  static std::optional<Basic> get(Context& ctx);
};

namespace detail {

template <class T>
consteval const SecurityScheme* security_of();
template <class T>
consteval bool has_security();

template <class S>
struct SecurityOfParameters {
  static consteval bool any() { return false; }
  static consteval const SecurityScheme* find() { return nullptr; }
};
template <class R, class... P>
struct SecurityOfParameters<Signature<R, P...>> {
  static consteval bool any() { return (has_security<std::remove_cvref_t<P>>() || ...); }
  static consteval const SecurityScheme* find() {
    const SecurityScheme* found = nullptr;
    static_cast<void>(((has_security<std::remove_cvref_t<P>>() &&
                        (found = security_of<std::remove_cvref_t<P>>(), true)) ||
                       ...));
    return found;
  }
};

// Asked of the types: for g++ 12 with -fsanitize=undefined, that an address isn't null is no
// constant (GCC PR 71962).
template <class T>
consteval bool has_security() {
  return requires { from<T>::security; }
  || requires { typename from<T>::credentials; }
  || SecurityOfParameters<FromSignature<T>>::any();
}

// What from<T> says about credentials, itself or by the ones that it is made of.
template <class T>
consteval const SecurityScheme* security_of() {
  if constexpr (requires { from<T>::security; }) {
    return from<T>::security;
  } else if constexpr (requires { typename from<T>::credentials; }) {
    return security_of<typename from<T>::credentials>();
  } else {
    return SecurityOfParameters<FromSignature<T>>::find();
  }
}

// Whether they may be missing: if what it is made of says so, and it doesn't.
template <class T>
consteval bool is_security_optional();

template <class S>
struct OptionalSecurity {
  static consteval bool all() { return false; }
};
template <class R, class... P>
struct OptionalSecurity<Signature<R, P...>> {
  static consteval bool all() {
    return ((!has_security<std::remove_cvref_t<P>>() ||
             is_security_optional<std::remove_cvref_t<P>>()) &&
            ...);
  }
};

template <class T>
consteval bool is_security_optional() {
  if constexpr (
      requires { from<T>::security; } || requires { typename from<T>::credentials; }) {
    return requires { from<T>::security_optional; };
  } else {
    return has_security<T>() && OptionalSecurity<FromSignature<T>>::all();
  }
}

}  // namespace detail

}  // namespace svc
