#include "core/sdk/context_store.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace svc {

ContextStore::~ContextStore() {
  while (!slots_.empty()) {
    const Slot last = slots_.back();
    slots_.pop_back();  // First: its destructor may look for others.
    last.destroy(last.value);
  }
}

void* ContextStore::put(const std::type_info& type, void* value, void (*destroy)(void*)) {
  std::unique_ptr<void, void (*)(void*)> owned(value, destroy);
  for (Slot& slot : slots_) {
    if (*slot.type != type) continue;
    const Slot former = slot;
    slot = {&type, owned.release(), destroy};
    former.destroy(former.value);
    return value;
  }
  slots_.push_back({&type, value, destroy});
  return owned.release();
}

void ContextStore::missing(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  throw std::logic_error("the request's context holds no " +
                         std::string(status == 0 ? name.get() : type.name()) +
                         ": a middleware leaves one with ctx.set()");
}

}  // namespace svc
