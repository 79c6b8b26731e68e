// loaded_objects.h — which file an address of this process comes from, for signal handlers.
//
// Why a table: dladdr(3) takes the loader's lock, which the thread that was interrupted may hold.
//
// Process: a worker. refresh_loaded_objects() on its loop's thread, before there are others that
// look; the rest is async-signal-safe.
#pragma once

#include <cstdint>

#include "core/process/signal_text.h"

namespace svc {

// An executable range of one loaded file.
struct LoadedObject {
  uintptr_t start = 0, end = 0;
  uintptr_t bias = 0;  // Address in memory minus address in the file.
  char path[256] = {};
};

void refresh_loaded_objects();
const LoadedObject* loaded_object_at(uintptr_t address) noexcept;

// "frame PATH+0xOFFSET\n"
template <class Text>
void add_frame(Text& text, uintptr_t address) noexcept {
  const LoadedObject* object = loaded_object_at(address);
  text.add("frame ");
  text.add(object != nullptr ? std::string_view(object->path) : std::string_view("?"));
  text.add("+0x");
  text.add_number(object != nullptr ? address - object->bias : address, 16);
  text.add("\n");
}

}  // namespace svc
