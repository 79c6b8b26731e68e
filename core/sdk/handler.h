// handler.h — a function of any signature behind one plain function pointer.
//
// This template is all that a route costs a service file to compile: it lays out the parameters,
// asks Call to fill each, calls the function, hands the result to Call.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/sdk/call.h"
#include "core/sdk/signature.h"

namespace svc::detail {

template <class T>
inline constexpr bool is_text_list = false;
template <class T>
inline constexpr bool is_text_list<std::vector<T>> = is_text_like<T>;

// What the values of one name can fill.
template <class T>
concept TextParameter = is_text_like<T> || is_optional_scalar<T> || is_text_list<T>;

template <class Members>
inline constexpr bool are_text_parameters = false;
template <class... M>
inline constexpr bool are_text_parameters<TypeList<M...>> = (TextParameter<M> && ...);

template <FixedString Name, class T>
consteval std::string_view name_of(const QueryParam<Name, T>*) {
  return Name;
}
template <FixedString Name, class T>
consteval std::string_view name_of(const Header<Name, T>*) {
  return Name;
}
template <FixedString Name, class T>
consteval std::string_view name_of(const Cookie<Name, T>*) {
  return Name;
}

// Parameter I of a handler, of type P. Filled in the order of the parameters.
template <size_t I, class S, class P>
class Argument {
 public:
  using T = std::remove_cvref_t<P>;
  static constexpr Source source = source_of<T>();

  void load(Call& call) {
    if constexpr (source == Source::raw_body) {
      value_.bytes = call.body();
    } else if constexpr (source == Source::custom) {
      value_.emplace(from<T>::get(call.context()));
    } else if constexpr (source == Source::path) {
      call.read_path(S::placeholders(I), type_info<T>(), &value_);
    } else if constexpr (source == Source::encoded_path) {
      value_.text = call.encoded_path(S::placeholders(I));
    } else if constexpr (source == Source::json) {
      call.read_json_body(type_info<T>(), &value_);
    } else if constexpr (source == Source::query) {
      using Q = decltype(value_.value);
      static_assert(is_plain_struct<Q>,
                    "svc: svc::Query<T> takes a struct whose members are parameters; for one "
                    "parameter use svc::QueryParam<\"name\", T>");
      if constexpr (is_plain_struct<Q>) {
        static_assert(are_text_parameters<MemberTypes<Q>>,
                      "svc: the members of a svc::Query struct are scalars, strings, enums, "
                      "std::optional of one, or std::vector of them");
      }
      call.read_query(type_info<Q>(), &value_.value);
    } else if constexpr (source == Source::query_param || source == Source::header ||
                         source == Source::cookie) {
      load_named(call);
    }
  }

  decltype(auto) pass(Call& call) {
    if constexpr (source == Source::context)
      return (call.context());
    else if constexpr (source == Source::request)
      return (call.request());
    else if constexpr (source == Source::stream)
      return (call.stream());
    else if constexpr (source == Source::body_stream)
      return (call.body_stream());
    else if constexpr (source == Source::custom)
      return static_cast<P&&>(*value_);
    else
      return static_cast<P&&>(value_);
  }

 private:
  void load_named(Call& call) {
    using V = decltype(value_.value);
    static_assert(TextParameter<V>,
                  "svc: a query parameter, header or cookie is a scalar, string or enum, an "
                  "std::optional of one, or an std::vector of them");
    constexpr std::string_view name = name_of(static_cast<const T*>(nullptr));
    static_assert(!name.empty(), "svc: a query parameter, header or cookie needs a name");
    if constexpr (source == Source::query_param) {
      call.read_query_param(name, type_info<V>(), &value_.value);
    } else if constexpr (source == Source::header) {
      call.read_header(name, type_info<V>(), &value_.value);
    } else {
      static_assert(!is_of<V, std::vector>, "svc: a cookie has one value");
      call.read_cookie(name, type_info<V>(), &value_.value);
    }
  }

  struct Nothing {};
  static constexpr bool refers = source == Source::context || source == Source::request ||
                                 source == Source::stream || source == Source::body_stream;
  std::conditional_t<refers, Nothing,
                     std::conditional_t<source == Source::custom, std::optional<T>, T>>
      value_{};
};

template <class R>
void send_result(Call& call, R&& result) {
  using T = std::remove_cvref_t<R>;
  if constexpr (std::is_same_v<T, Response>) {
    call.answer(std::forward<R>(result));
  } else if constexpr (std::is_same_v<T, NoContent>) {
    call.answer_empty(204);
  } else if constexpr (std::is_same_v<T, Redirect>) {
    call.answer_redirect(result.status, result.location);
  } else if constexpr (is_created<T>) {
    call.answer_json(type_info<decltype(result.value)>(), &result.value, 201, result.location);
  } else if constexpr (is_of<T, std::optional>) {
    if (!result) call.answer_absent();
    send_result(call, *std::forward<R>(result));
  } else if constexpr (std::is_base_of_v<std::string, T>) {
    call.answer_text(std::string(std::forward<R>(result)));
  } else {
    call.answer_json(type_info<T>(), &result);
  }
}

template <class H, class S, class Indices>
struct Runner;
template <class H, class R, class... P, size_t... I>
struct Runner<H, Signature<R, P...>, std::index_sequence<I...>> {
  using S = Signature<R, P...>;

  template <size_t At, class Q>
  struct Slot {
    Argument<At, S, Q> argument;
  };
  struct Arguments : Slot<I, P>... {};

  static void run(void* handler, Call& call) {
    H& function = *static_cast<H*>(handler);
    [[maybe_unused]] Arguments arguments;
    (static_cast<Slot<I, P>&>(arguments).argument.load(call), ...);
    call.check();
    const auto invoke = [&]() -> R {
      return function(static_cast<Slot<I, P>&>(arguments).argument.pass(call)...);
    };
    if constexpr (std::is_void_v<R>) {
      call.perform(invoke);
      if constexpr (S::uses(Source::stream) > 0) {
        call.end_stream();
      } else {
        call.answer_empty(204);
      }
    } else {
      std::optional<std::remove_cvref_t<R>> result;
      call.perform([&] { result.emplace(invoke()); });
      send_result(call, *std::move(result));
    }
  }
};

// A handler, owned, without its type.
struct ErasedHandler {
  std::unique_ptr<void, void (*)(void*)> object;
  void (*run)(void* object, Call& call);
  BodyMode body;
};

template <class H>
ErasedHandler erase_handler(H handler) {
  using S = SignatureOf<H>;
  return {{new H(std::move(handler)), [](void* object) { delete static_cast<H*>(object); }},
          &Runner<H, S, std::make_index_sequence<S::count>>::run,
          S::body_mode()};
}

}  // namespace svc::detail
