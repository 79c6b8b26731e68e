// add_element.h — a new element of a described list, whether it has an address or not.
#pragma once

#include <memory>
#include <type_traits>

#include "core/sdk/types/type_info.h"

namespace svc {

// Calls fill(void* element) with a default-constructed element, which is in the list afterwards.
template <class Fill>
void add_element(const TypeInfo& list_type, void* list, Fill&& fill) {
  const ListOps& ops = *list_type.list;
  if (ops.append != nullptr) return fill(ops.append(list));
  ops.add(list, std::addressof(fill), [](void* state, void* element) {
    (*static_cast<std::remove_reference_t<Fill>*>(state))(element);
  });
}

}  // namespace svc
