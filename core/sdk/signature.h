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
#include "core/sdk/events.h"
#include "core/sdk/file.h"
#include "core/sdk/form.h"
#include "core/sdk/multipart.h"
#include "core/sdk/parameters.h"
#include "core/sdk/request.h"
#include "core/sdk/response.h"
#include "core/sdk/stream.h"
#include "core/sdk/types/describe.h"

namespace svc {

class Problem;

namespace detail {

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
  form,
  multipart,
  events,
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
inline constexpr Source kWrapperSource<Form<T>> = Source::form;

template <class T>
concept HasFrom = requires {
  &from<T>::get;
}
|| requires(Context& context) { from<T>::get(context); };

template <class T>
inline constexpr bool is_optional_scalar = false;
template <class T>
inline constexpr bool is_optional_scalar<std::optional<T>> = is_text_like<T>;
template <class T>
inline constexpr bool is_optional_custom = false;
template <class T>
inline constexpr bool is_optional_custom<std::optional<T>> = HasFrom<T>;

// Several values of one name.
template <class T>
inline constexpr bool is_text_list = false;
template <class T>
requires is_list<T>
inline constexpr bool is_text_list<T> = is_text_like<typename T::value_type>;
template <class T, size_t Min, size_t Max>
inline constexpr bool is_text_list<List<T, Min, Max>> = is_text_like<T>;
template <class T>
inline constexpr bool is_text_list<std::optional<T>> = is_text_list<T>;
template <class T, Constant V>
inline constexpr bool is_text_list<Default<T, V>> = is_text_list<T>;

// What the values of one name can fill.
template <class T>
concept TextParameter = is_text_like<T> || is_optional_scalar<T> || is_text_list<T>;

template <class Members>
inline constexpr bool are_text_parameters = false;
template <class... M>
inline constexpr bool are_text_parameters<TypeList<M...>> = (TextParameter<M> && ...);

template <class T>
inline constexpr bool is_upload = false;
template <>
inline constexpr bool is_upload<Upload> = true;
template <class T>
inline constexpr bool is_upload<std::optional<T>> = is_upload<T>;
template <class T>
inline constexpr bool is_upload<std::vector<T>> = is_upload<T>;
template <class T, size_t Min, size_t Max>
inline constexpr bool is_upload<List<T, Min, Max>> = is_upload<T>;

template <class Members>
inline constexpr bool have_upload = false;
template <class... M>
inline constexpr bool have_upload<TypeList<M...>> = (is_upload<M> || ...);

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
  else if constexpr (std::is_same_v<T, Multipart>)
    return Source::multipart;
  else if constexpr (std::is_same_v<T, Events>)
    return Source::events;
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
  else if constexpr (is_optional_scalar<T> || is_optional_custom<T> || is_upload<T>)
    return Source::unknown;
  else if constexpr (is_describable<T>)
    return Source::json;
  else
    return Source::unknown;
}

// What is only lent to a handler.
constexpr bool is_by_reference(Source source) noexcept {
  return source == Source::context || source == Source::request || source == Source::stream ||
         source == Source::body_stream || source == Source::multipart || source == Source::events;
}

// What can be had without a route: of svc::from<T>::get, too.
constexpr bool is_dependency(Source source) noexcept {
  return source == Source::context || source == Source::request || source == Source::raw_body ||
         source == Source::query || source == Source::query_param || source == Source::header ||
         source == Source::cookie || source == Source::custom;
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
  // In how many ways the body is wanted, of those that exclude each other.
  static constexpr size_t bodies() {
    size_t n = 0;
    for (const Source s : {Source::json, Source::form, Source::multipart}) n += uses(s) > 0 ? 1 : 0;
    return n + (uses(Source::body_stream) > 0 && n > 0 ? 1 : 0);
  }
  static constexpr BodyMode body_mode() {
    if (uses(Source::body_stream) + uses(Source::multipart) > 0) return BodyMode::streamed;
    const bool wanted = uses(Source::json) + uses(Source::form) + uses(Source::raw_body) +
                            uses(Source::request) + uses(Source::context) + uses(Source::custom) >
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
struct FromSignatureImpl {
  using type = UnknownSignature;
};
template <class T>
requires requires { &from<T>::get; }
struct FromSignatureImpl<T> : FunctionSignature<decltype(&from<T>::get)> {};
template <class T>
using FromSignature = typename FromSignatureImpl<T>::type;

template <class T>
inline constexpr bool is_created = is_of<T, Created>;

// A parameter that a handler gives back (`return q;`) is what it holds.
template <class T>
inline constexpr bool is_wrapper = kWrapperSource<T> != Source::unknown;

template <class T>
inline constexpr bool is_result =
    std::is_void_v<T> || std::is_same_v<T, Response> || std::is_same_v<T, File> ||
    std::is_same_v<T, NoContent> || std::is_same_v<T, Redirect> || is_created<T> ||
    std::is_same_v<T, const char*> || is_describable<T>;

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
  static_assert(
      source != Source::unknown || !is_optional_custom<T>,
      "svc: a std::optional of a type with svc::from: specialise svc::from of the "
      "std::optional, too, which says when it is empty: see man svc-service, CREDENTIALS");
  static_assert(!is_upload<T>, "svc: a svc::Upload is a member of a svc::Form<T>");
  static_assert(source != Source::unknown || is_borrowed_text<T> || is_optional_scalar<T> ||
                    is_optional_custom<T> || is_upload<T>,
                "svc: no part of a request can be turned into this parameter's type: see man "
                "svc-service, PARAMETERS, or specialise svc::from<T>; a class with constructors, "
                "private members or a base lists its members: using api = svc::fields<...>");
  if constexpr (source == Source::json && is_plain_struct<T>) {
    static_assert(!have_upload<FieldTypes<T>>,
                  "svc: a struct with a svc::Upload is no JSON body: take svc::Form<T>");
  }
  static_assert(
      !is_by_reference(source) || std::is_lvalue_reference_v<P>,
      "svc: take svc::Context, svc::Request, svc::Stream, svc::BodyStream, svc::Multipart "
      "and svc::Events by reference (&)");
}

template <class R>
constexpr void check_result() {
  // A literal; whether it is one can't be seen from here.
  constexpr bool is_literal = std::is_same_v<R, const char*>;
  static_assert(is_literal || !is_borrowed_text<R>,
                "svc: a handler can't return std::string_view or a char*, whose text may be "
                "gone when it is sent: return std::string");
  static_assert(!std::is_same_v<R, Problem>,
                "svc: a svc::Problem is thrown, not returned: throw svc::Problem(404)");
  static_assert(!is_secret<R>, "svc: a svc::Secret is in no result");
  static_assert(
      is_borrowed_text<R> || is_result<R> || std::is_same_v<R, Problem>,
      "svc: this result can't be sent: return a plain struct, std::vector, std::map, "
      "std::string, std::optional, a number, svc::Response, svc::Created or void; a class "
      "with constructors, private members or a base lists its members: using api = "
      "svc::fields<...>");
}

template <class R>
requires is_wrapper<R>
constexpr void check_result() { check_result<decltype(R::value)>(); }

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
    static_assert(S::uses(Source::events) == 0 || std::is_void_v<R>,
                  "svc: a handler that takes svc::Events& answers through it and returns void");
    static_assert(S::bodies() <= 1,
                  "svc: the body is read once: as JSON, as a svc::Form, by svc::Multipart& or by "
                  "svc::BodyStream&");
    static_assert(S::uses(Source::stream) + S::uses(Source::events) <= 1,
                  "svc: a handler answers once: by svc::Stream& or by svc::Events&");
    static_assert(S::body_mode() != BodyMode::streamed ||
                      S::uses(Source::json) + S::uses(Source::raw_body) == 0,
                  "svc: a handler reads the body as a whole or as svc::BodyStream or "
                  "svc::Multipart, not both");
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
                "written out: `auto` can't be matched to a part of the request (or its body has an "
                "error: see above)");
  if constexpr (S::known) {
    static_assert(CheckSignature<S>::ok);
    static_assert(TakesBody || S::uses(Source::json) == 0,
                  "svc: a GET or HEAD handler takes no JSON body: use svc::Query<T>, or post()");
    static_assert(TakesBody || S::uses(Source::form) + S::uses(Source::multipart) == 0,
                  "svc: a GET or HEAD handler takes no form: use svc::Query<T>, or post()");
  }
}

}  // namespace detail
}  // namespace svc
