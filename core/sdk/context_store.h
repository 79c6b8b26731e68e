// context_store.h — values of any type that live as long as one request, one of each type.
//
// Why by type and not by name: who asks gets the type that was left, or nothing. Types are compared
// by their names (typeid), so that the module and libsvc agree.
#pragma once

#include <typeinfo>
#include <vector>

#include "core/base/api.h"

namespace svc {

class SVC_API ContextStore {
 public:
  ContextStore() = default;
  ~ContextStore();  // The last one first.
  ContextStore(const ContextStore&) = delete;
  ContextStore& operator=(const ContextStore&) = delete;

  // Owns `value` from now on; the former one of that type is gone. Returns it.
  void* put(const std::type_info& type, void* value, void (*destroy)(void*));
  void* find(const std::type_info& type) const noexcept {
    for (const Slot& slot : slots_) {
      if (*slot.type == type) return slot.value;
    }
    return nullptr;
  }
  [[noreturn]] static void missing(const std::type_info& type);

 private:
  struct Slot {
    const std::type_info* type;
    void* value;
    void (*destroy)(void*);
  };
  std::vector<Slot> slots_;
};

}  // namespace svc
