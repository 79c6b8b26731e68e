// signature.h — what a handler is, from its type: its parameters, where each comes from, its
// result.
//
// Everything that can be wrong with a handler's type is said here, by sentences that a compiler
// prints.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/http/application.h"
#include "core/sdk/context.h"
#include "core/sdk/parameters.h"
#include "core/sdk/request.h"
#include "core/sdk/response.h"
#include "core/sdk/stream.h"
#include "core/sdk/types/describe.h"

namespace svc::detail {

enum class Source : uint8_t {
  context,
  request,
  stream,
  body_stream,
  raw_body,
  query,
  query_param,
  header,
  cookie,
  custom,  // svc::from<T>
  path,
  encoded_path,
  json,
  unknown,
};

template <class T>
inline constexpr Source kWrapperSource = Source::unknown;
template <class T>
inline constexpr Source kWrapperSource<Query<T>> = Source::query;
template <FixedString Name, class T>
inline constexpr Source kWrapperSource<QueryParam<Name, T>> = Source::query_param;
template <FixedString Name, class T>
inline constexpr Source kWrapperSource<Header<Name, T>> = Source::header;
template <FixedString Name, class T>
inline constexpr Source kWrapperSource<Cookie<Name, T>> = Source::cookie;

template <class T>
concept HasFrom = requires(Context& context) {
  from<T>::get(context);
};

template <class T>
inline constexpr bool is_optional_scalar = false;
template <class T>
inline constexpr bool is_optional_scalar<std::optional<T>> = is_text_like<T>;

// The order in which a type is asked what it is; the first match wins.
template <class T>
consteval Source source_of() {
  if constexpr (std::is_same_v<T, Context>)
    return Source::context;
  else if constexpr (std::is_same_v<T, Request>)
    return Source::request;
  else if constexpr (std::is_same_v<T, Stream>)
    return Source::stream;
  else if constexpr (std::is_same_v<T, BodyStream>)
    return Source::body_stream;
  else if constexpr (std::is_same_v<T, EncodedPath>)
    return Source::encoded_path;
  else if constexpr (std::is_same_v<T, Body>)
    return Source::raw_body;
  else if constexpr (kWrapperSource<T> != Source::unknown)
    return kWrapperSource<T>;
  else if constexpr (HasFrom<T>)
    return Source::custom;
  else if constexpr (is_text_like<T>)
    return Source::path;
  else if constexpr (is_plain_struct<T> || is_of<T, std::vector> || is_map<T> || is_std_array<T> ||
                     std::is_same_v<T, Json>)
    return Source::json;
  else
    return Source::unknown;
}

template <class R, class... P>
struct Signature {
  static constexpr bool known = true;
  using Result = R;
  static constexpr size_t count = sizeof...(P);
  static constexpr std::array<Source, count> sources = {source_of<std::remove_cvref_t<P>>()...};

  static constexpr size_t uses(Source source) {
    size_t n = 0;
    for (const Source s : sources) n += s == source ? 1 : 0;
    return n;
  }
  // Each parameter has its place in a request.
  static constexpr bool placed = uses(Source::unknown) == 0;

  static constexpr bool takes_placeholder(size_t parameter) {
    return sources[parameter] == Source::path || sources[parameter] == Source::encoded_path;
  }
  // How many placeholders the parameters before `parameter` take: the index of its own.
  static constexpr size_t placeholders(size_t parameter = count) {
    size_t n = 0;
    for (size_t i = 0; i < parameter; ++i) n += takes_placeholder(i) ? 1 : 0;
    return n;
  }
  // For a placeholder that takes the rest of the path, which only a string can hold.
  static constexpr bool placeholder_is_text(size_t placeholder) {
    constexpr std::array<bool, count> texts = {
        (std::is_base_of_v<std::string, std::remove_cvref_t<P>> ||
         std::is_same_v<EncodedPath, std::remove_cvref_t<P>>)...};
    for (size_t i = 0, at = 0; i < count; ++i) {
      if (takes_placeholder(i) && at++ == placeholder) return texts[i];
    }
    return false;
  }
  static constexpr BodyMode body_mode() {
    if (uses(Source::body_stream) > 0) return BodyMode::streamed;
    const bool wanted = uses(Source::json) + uses(Source::raw_body) + uses(Source::request) +
                            uses(Source::context) + uses(Source::custom) >
                        0;
    return wanted ? BodyMode::buffered : BodyMode::ignored;
  }
};

// A handler whose operator() is a template (`auto` parameters) or overloaded.
struct UnknownSignature {
  static constexpr bool known = false;
  static constexpr bool placed = false;
};

template <class F>
struct FunctionSignature;
template <class R, class... P>
struct FunctionSignature<R (*)(P...)> {
  using type = Signature<R, P...>;
};
template <class R, class... P>
struct FunctionSignature<R (*)(P...) noexcept> {
  using type = Signature<R, P...>;
};
template <class R, class C, class... P>
struct FunctionSignature<R (C::*)(P...)> {
  using type = Signature<R, P...>;
};
template <class R, class C, class... P>
struct FunctionSignature<R (C::*)(P...) const> {
  using type = Signature<R, P...>;
};
template <class R, class C, class... P>
struct FunctionSignature<R (C::*)(P...) noexcept> {
  using type = Signature<R, P...>;
};
template <class R, class C, class... P>
struct FunctionSignature<R (C::*)(P...) const noexcept> {
  using type = Signature<R, P...>;
};

template <class H>
struct SignatureOfImpl {
  using type = UnknownSignature;
};
template <class H>
requires std::is_pointer_v<H> && std::is_function_v<std::remove_pointer_t<H>>
struct SignatureOfImpl<H> : FunctionSignature<H> {
};
template <class H>
requires requires { &H::operator(); }
struct SignatureOfImpl<H> : FunctionSignature<decltype(&H::operator())> {};
template <class H>
using SignatureOf = typename SignatureOfImpl<std::decay_t<H>>::type;

template <class T>
inline constexpr bool is_created = is_of<T, Created>;

template <class T>
inline constexpr bool is_result =
    std::is_void_v<T> || std::is_same_v<T, Response> || std::is_same_v<T, NoContent> ||
    std::is_same_v<T, Redirect> || is_created<T> || is_describable<T>;

template <class P>
constexpr void check_parameter() {
  using T = std::remove_cvref_t<P>;
  constexpr Source source = source_of<T>();
  static_assert(!is_borrowed_text<T>,
                "svc: a parameter can't be std::string_view or a C string: use std::string, or "
                "svc::Body for the body");
  static_assert(!is_optional_scalar<T>,
                "svc: a path parameter is always there: for one that may be absent use "
                "svc::QueryParam<\"name\", std::optional<T>>");
  static_assert(source != Source::unknown || is_borrowed_text<T> || is_optional_scalar<T>,
                "svc: no part of a request can be turned into this parameter's type: see man "
                "svc-service, PARAMETERS, or specialise svc::from<T>");
  constexpr bool by_reference = source == Source::context || source == Source::request ||
                                source == Source::stream || source == Source::body_stream;
  static_assert(!by_reference || std::is_lvalue_reference_v<P>,
                "svc: take svc::Context, svc::Request, svc::Stream and svc::BodyStream by "
                "reference (&)");
}

template <class R>
constexpr void check_result() {
  static_assert(!is_borrowed_text<R>,
                "svc: a handler can't return std::string_view or a C string, whose text may be "
                "gone when it is sent: return std::string");
  static_assert(is_borrowed_text<R> || is_result<R>,
                "svc: this result can't be sent: return a plain struct, std::vector, std::map, "
                "std::string, std::optional, a number, svc::Response, svc::Created or void");
}

template <class S>
struct CheckSignature;
template <class R, class... P>
struct CheckSignature<Signature<R, P...>> {
  using S = Signature<R, P...>;
  static constexpr bool ok = [] {
    (check_parameter<P>(), ...);
    check_result<std::remove_cvref_t<R>>();
    static_assert(S::uses(Source::json) <= 1,
                  "svc: a handler takes at most one JSON body: put the parts into one struct");
    static_assert(S::uses(Source::stream) == 0 || std::is_void_v<R>,
                  "svc: a handler that takes svc::Stream& answers through it and returns void");
    static_assert(
        S::uses(Source::body_stream) == 0 || S::uses(Source::json) + S::uses(Source::raw_body) == 0,
        "svc: a handler reads the body as a whole or as svc::BodyStream, not both");
    return true;
  }();
};
template <>
struct CheckSignature<UnknownSignature> {
  static constexpr bool ok = false;
};

// All that is refused, in one place. TakesBody: false for GET and HEAD.
template <class H, bool TakesBody>
constexpr void check_handler() {
  using S = SignatureOf<H>;
  static_assert(S::known,
                "svc: a handler is a function or a lambda whose parameters have their types "
                "written out: `auto` can't be matched to a part of the request");
  if constexpr (S::known) {
    static_assert(CheckSignature<S>::ok);
    static_assert(TakesBody || S::uses(Source::json) == 0,
                  "svc: a GET or HEAD handler takes no JSON body: use svc::Query<T>, or post()");
  }
}

}  // namespace svc::detail
