// handler_info.h — what a handler takes and gives, as a table: for the OpenAPI document.
//
// Why a table: made by the compiler from the handler's type alone, so that the document can't say
// anything that isn't so; read by plain functions in .cc files.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "core/sdk/dependency.h"
#include "core/sdk/security.h"
#include "core/sdk/signature.h"
#include "core/sdk/types/type_info.h"

namespace svc {

struct ParameterInfo {
  detail::Source source = detail::Source::unknown;
  std::string_view name{};         // query_param, header, cookie
  const TypeInfo* type = nullptr;  // Of the value; nullptr where there is none to describe.
  const SecurityScheme* security = nullptr;  // custom
  bool security_optional = false;
  std::span<const ParameterInfo> made_of{};  // custom: what svc::from<T>::get takes.
};

struct ResultInfo {
  int status = 200;
  const TypeInfo* type = nullptr;  // JSON, if media_type says so.
  std::string_view media_type{};   // Empty: no content, or nobody knows.
  bool may_be_absent = false;      // 404
  bool location = false;           // A Location field.
  bool unknown = false;            // svc::Response: all by hand.
  bool file = false;               // svc::File: ranges and conditions, too.
  bool redirects = false;          // With a status of 3XX that the handler chooses.
};

struct HandlerInfo {
  std::span<const ParameterInfo> parameters;
  ResultInfo result;
};

namespace detail {

template <class T>
constexpr ParameterInfo describe_parameter();

// Of svc::from<T>::get.
template <class S>
inline constexpr std::array<ParameterInfo, 0> kMadeOf{};
template <class R, class... P>
inline constexpr std::array<ParameterInfo, sizeof...(P)> kMadeOf<Signature<R, P...>> = {
    describe_parameter<std::remove_cvref_t<P>>()...};

template <class T>
constexpr ParameterInfo describe_parameter() {
  constexpr Source source = source_of<T>();
  ParameterInfo info{source};
  if constexpr (source == Source::path || source == Source::json) {
    info.type = &type_info<T>();
  } else if constexpr (kWrapperSource<T> != Source::unknown) {
    info.type = &type_info<decltype(T::value)>();
    if constexpr (requires { name_of(static_cast<const T*>(nullptr)); }) {
      info.name = name_of(static_cast<const T*>(nullptr));
    }
  } else if constexpr (source == Source::custom) {
    info.security = security_of<T>();
    info.security_optional = is_security_optional<T>();
    info.made_of = kMadeOf<FromSignature<T>>;
  }
  return info;
}

template <class T>
constexpr ResultInfo describe_result() {
  if constexpr (std::is_void_v<T> || std::is_same_v<T, NoContent>) {
    return {.status = 204};
  } else if constexpr (std::is_same_v<T, Response>) {
    return {.unknown = true};
  } else if constexpr (std::is_same_v<T, File>) {
    return {.media_type = "*/*", .may_be_absent = true, .file = true};
  } else if constexpr (std::is_same_v<T, Redirect>) {
    return {.status = 303, .location = true, .redirects = true};
  } else if constexpr (is_created<T>) {
    return {.status = 201,
            .type = &type_info<decltype(T::value)>(),
            .media_type = "application/json",
            .location = true};
  } else if constexpr (is_wrapper<T>) {
    return describe_result<decltype(T::value)>();
  } else if constexpr (is_of<T, std::optional>) {
    ResultInfo info = describe_result<typename T::value_type>();
    info.may_be_absent = true;
    return info;
  } else if constexpr (std::is_same_v<T, const char*>) {
    return {.type = &type_info<std::string>(), .media_type = "text/plain"};
  } else if constexpr (std::is_base_of_v<std::string, T>) {
    return {.type = &type_info<T>(), .media_type = "text/plain"};
  } else if constexpr (is_describable<T>) {
    return {.type = &type_info<T>(), .media_type = "application/json"};
  } else {
    return {.unknown = true};
  }
}

template <class S>
struct HandlerInfoOf;
template <class R, class... P>
struct HandlerInfoOf<Signature<R, P...>> {
  static constexpr std::array<ParameterInfo, sizeof...(P)> parameters = {
      describe_parameter<std::remove_cvref_t<P>>()...};
  static constexpr ResultInfo result() {
    // Written through the parameter, whatever it is.
    if (Signature<R, P...>::uses(Source::events) > 0) return {.media_type = "text/event-stream"};
    constexpr bool streams = Signature<R, P...>::uses(Source::stream) > 0;
    return streams ? ResultInfo{.unknown = true} : describe_result<std::remove_cvref_t<R>>();
  }
  static constexpr HandlerInfo value{parameters, result()};
};

}  // namespace detail
}  // namespace svc
