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
#include "core/sdk/dependency.h"
#include "core/sdk/handler_info.h"
#include "core/sdk/signature.h"

namespace svc::detail {

template <class Members>
inline constexpr bool are_form_members = false;
template <class... M>
inline constexpr bool are_form_members<TypeList<M...>> = ((TextParameter<M> || is_upload<M>)&&...);

// Parameter I of a handler, of type P, that isn't a Dependency: what the route and the body give.
// Filled in the order of the parameters.
template <size_t I, class S, class P>
class Argument {
 public:
  using T = std::remove_cvref_t<P>;
  static constexpr Source source = source_of<T>();

  void load(Call& call) {
    if constexpr (source == Source::path) {
      call.read_path(S::placeholders(I), type_info<T>(), &value_);
    } else if constexpr (source == Source::encoded_path) {
      value_.text = call.encoded_path(S::placeholders(I));
    } else if constexpr (source == Source::json) {
      call.read_json_body(type_info<T>(), &value_);
    } else if constexpr (source == Source::form) {
      load_form(call);
    } else if constexpr (source == Source::multipart) {
      call.open_multipart();
    }
  }

  decltype(auto) pass(Call& call) {
    if constexpr (source == Source::stream)
      return (call.stream());
    else if constexpr (source == Source::body_stream)
      return (call.body_stream());
    else if constexpr (source == Source::multipart)
      return (call.multipart());
    else if constexpr (source == Source::events)
      return (call.events());
    else
      return static_cast<P&&>(value_);
  }

 private:
  void load_form(Call& call) {
    using F = decltype(value_.value);
    static_assert(is_plain_struct<F>,
                  "svc: svc::Form<T> takes a struct whose members are the form's fields");
    if constexpr (is_plain_struct<F>) {
      static_assert(are_form_members<FieldTypes<F>>,
                    "svc: the members of a svc::Form struct are scalars, strings, enums and "
                    "svc::Upload, lists of them (std::vector, std::set), std::optional or "
                    "svc::Default of one");
    }
    call.read_form_body(type_info<F>(), &value_.value);
  }

  struct Nothing {};
  std::conditional_t<is_by_reference(source), Nothing, T> value_{};
};

template <class R>
void send_result(Call& call, R&& result) {
  using T = std::remove_cvref_t<R>;
  if constexpr (std::is_same_v<T, Response>) {
    call.answer(std::forward<R>(result));
  } else if constexpr (std::is_same_v<T, File>) {
    call.answer_file(std::forward<R>(result));
  } else if constexpr (std::is_same_v<T, NoContent>) {
    call.answer_empty(204);
  } else if constexpr (std::is_same_v<T, Redirect>) {
    call.answer_redirect(result.status, result.location);
  } else if constexpr (is_created<T>) {
    call.answer_json(type_info<decltype(result.value)>(), &result.value, 201, result.location);
  } else if constexpr (is_wrapper<T>) {
    send_result(call, std::forward<R>(result).value);
  } else if constexpr (is_of<T, std::optional>) {
    if (!result) call.answer_absent();
    send_result(call, *std::forward<R>(result));
  } else if constexpr (std::is_same_v<T, const char*>) {
    call.answer_text(result);
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
    std::conditional_t<is_dependency(S::sources[At]), Dependency<Q>, Argument<At, S, Q>> argument;
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
      if constexpr (S::uses(Source::events) > 0) {
        return call.perform_events(invoke);
      }
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
  const HandlerInfo* info;
  bool endless;  // Answers by svc::Events&.
};

template <class H>
ErasedHandler erase_handler(H handler) {
  using S = SignatureOf<H>;
  return {{new H(std::move(handler)), [](void* object) { delete static_cast<H*>(object); }},
          &Runner<H, S, std::make_index_sequence<S::count>>::run,
          S::body_mode(),
          &HandlerInfoOf<S>::value,
          S::uses(Source::events) > 0};
}

}  // namespace svc::detail
