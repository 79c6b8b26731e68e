// dependency.h — a parameter that doesn't depend on the route: of a handler, or of the function
// that makes another one (svc::from<T>::get), and so on.
//
// Why apart from handler.h: svc::from<T> is made by ctx.get<T>() too, in a middleware, where there
// are neither placeholders nor a body to be taken apart. Both ways are this one.
//
// What is wrong with a parameter of get() is collected like all violations, and get() isn't called.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include "core/sdk/context.h"
#include "core/sdk/inputs.h"
#include "core/sdk/parameters.h"
#include "core/sdk/signature.h"
#include "core/sdk/types/describe.h"

namespace svc::detail {

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

// Calls svc::from<T>::get with parameters of S; false: one of them is wrong.
template <class T, class S>
struct Maker;

// One of svc::Context&, svc::Request&, svc::Body, svc::Query, svc::QueryParam, svc::Header,
// svc::Cookie, a T with svc::from<T>; as it is written in the list of parameters: P.
template <class P>
class Dependency {
 public:
  using T = std::remove_cvref_t<P>;
  static constexpr Source source = source_of<T>();

  void load(Inputs& inputs) {
    if constexpr (source == Source::custom) {
      load_custom(inputs);
    } else if constexpr (source == Source::raw_body) {
      value_.bytes = inputs.body();
    } else if constexpr (source == Source::query) {
      load_query(inputs);
    } else if constexpr (!is_by_reference(source)) {
      load_named(inputs);
    }
  }

  // REQUIRES: nothing was wrong when it was loaded.
  decltype(auto) pass(Inputs& inputs) {
    if constexpr (source == Source::context)
      return (inputs.context());
    else if constexpr (source == Source::request)
      return (inputs.request());
    else if constexpr (source == Source::custom)
      return pass_custom();
    else
      return static_cast<P&&>(value_);
  }

 private:
  void load_query(Inputs& inputs) {
    using Q = decltype(value_.value);
    static_assert(is_plain_struct<Q>,
                  "svc: svc::Query<T> takes a struct whose members are parameters; for one "
                  "parameter use svc::QueryParam<\"name\", T>");
    if constexpr (is_plain_struct<Q>) {
      static_assert(are_text_parameters<FieldTypes<Q>>,
                    "svc: the members of a svc::Query struct are scalars, strings, enums, lists of "
                    "them (std::vector, std::set), std::optional or svc::Default of one");
    }
    inputs.read_query(type_info<Q>(), &value_.value);
  }
  void load_named(Inputs& inputs) {
    using V = decltype(value_.value);
    static_assert(TextParameter<V>,
                  "svc: a query parameter, header or cookie is a scalar, string or enum, a list of "
                  "them (std::vector, std::set), std::optional or svc::Default of one");
    constexpr std::string_view name = name_of(static_cast<const T*>(nullptr));
    static_assert(!name.empty(), "svc: a query parameter, header or cookie needs a name");
    if constexpr (source == Source::query_param) {
      inputs.read_query_param(name, type_info<V>(), &value_.value);
    } else if constexpr (source == Source::header) {
      inputs.read_header(name, type_info<V>(), &value_.value);
    } else {
      static_assert(!is_text_list<V>, "svc: a cookie has one value");
      inputs.read_cookie(name, type_info<V>(), &value_.value);
    }
  }

  // What the context holds comes first: a middleware has left it, or an earlier from<T> that keeps
  // (`static constexpr bool cached = true`).
  void load_custom(Inputs& inputs) {
    if constexpr (std::is_copy_constructible_v<T> || std::is_lvalue_reference_v<P>) {
      value_.kept = inputs.context().find<T>();
      if (value_.kept != nullptr) return;
      if constexpr (requires { requires from<T>::cached; }) {
        Maker<T, FromSignature<T>>::make(inputs, [&](auto&& made) {
          value_.kept = &inputs.context().set<T>(std::forward<decltype(made)>(made));
        });
        return;
      }
    }
    Maker<T, FromSignature<T>>::make(
        inputs, [&](auto&& made) { value_.own.emplace(std::forward<decltype(made)>(made)); });
  }
  decltype(auto) pass_custom() {
    if constexpr (std::is_lvalue_reference_v<P>) {
      return static_cast<P>(value_.kept != nullptr ? *value_.kept : *value_.own);
    } else {
      if constexpr (std::is_copy_constructible_v<T>) {
        if (value_.kept != nullptr) value_.own.emplace(*value_.kept);
      }
      return static_cast<P&&>(*value_.own);
    }
  }

  struct Nothing {};
  struct Custom {
    T* kept = nullptr;
    std::optional<T> own{};
  };
  std::conditional_t<is_by_reference(source), Nothing,
                     std::conditional_t<source == Source::custom, Custom, T>>
      value_{};
};

template <class T, class P>
constexpr void check_dependency() {
  using D = std::remove_cvref_t<P>;
  static_assert(
      is_dependency(source_of<D>()),
      "svc: svc::from<T>::get takes svc::Context&, svc::Request&, svc::Body, svc::Query, "
      "svc::QueryParam, svc::Header, svc::Cookie and types with a svc::from of their own");
  static_assert(!is_by_reference(source_of<D>()) || std::is_lvalue_reference_v<P>,
                "svc: svc::from<T>::get takes svc::Context and svc::Request by reference (&)");
  static_assert(!std::is_same_v<D, T>, "svc: svc::from<T>::get can't take the T that it makes");
}

template <class T>
struct Maker<T, UnknownSignature> {  // Overloaded or a template: for who calls it with a Context.
  template <class Use>
  static void make(Inputs& inputs, Use&& use) {
    use(from<T>::get(inputs.context()));
  }
};
template <class T, class R, class... P>
struct Maker<T, Signature<R, P...>> {
  template <class Use>
  static void make(Inputs& inputs, Use&& use) {
    (check_dependency<T, P>(), ...);
    if constexpr ((is_dependency(source_of<std::remove_cvref_t<P>>()) && ...)) {
      load(inputs, use, std::index_sequence_for<P...>{});
    }
  }

 private:
  template <size_t I, class Q>
  struct Slot {
    Dependency<Q> dependency;
  };
  template <class Indices>
  struct Slots;
  template <size_t... I>
  struct Slots<std::index_sequence<I...>> : Slot<I, P>... {};

  template <class Use, size_t... I>
  static void load(Inputs& inputs, Use& use, std::index_sequence<I...> indices) {
    [[maybe_unused]] Slots<decltype(indices)> slots;
    const size_t before = inputs.violations();
    (static_cast<Slot<I, P>&>(slots).dependency.load(inputs), ...);
    if (inputs.violations() != before) return;
    use(from<T>::get(static_cast<Slot<I, P>&>(slots).dependency.pass(inputs)...));
  }
};

// What ctx.get<T>() finds in the request if nobody has left one: svc::from<T>, or a part of it.
template <class T>
struct Requested {
  static constexpr Source source = source_of<T>();
  static constexpr bool known = is_dependency(source) && !is_by_reference(source);
  static T& keep(Context& context) {
    Inputs inputs(context);
    if constexpr (source == Source::custom) {
      T* kept = nullptr;
      Maker<T, FromSignature<T>>::make(
          inputs, [&](auto&& made) { kept = &context.set<T>(std::forward<decltype(made)>(made)); });
      inputs.check();
      return *kept;
    } else {
      Dependency<T> dependency;
      dependency.load(inputs);
      inputs.check();
      return context.set<T>(dependency.pass(inputs));
    }
  }
};

}  // namespace svc::detail
