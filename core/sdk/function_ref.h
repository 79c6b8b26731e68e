// function_ref.h — a callable that is only looked at: no copy, no allocation, no <functional>.
//
// REQUIRES: the callable outlives every call.
#pragma once

#include <memory>
#include <type_traits>

namespace svc {

class FunctionRef {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_v<F&>)
      FunctionRef(F&& function)
  noexcept  // NOLINT: a lambda is passed where this is expected.
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object) {
          static_cast<void>((*static_cast<std::remove_reference_t<F>*>(object))());
        }) {}

  void operator()() const { call_(object_); }

 private:
  void* object_;
  void (*call_)(void*);
};

}  // namespace svc
