#include "core/process/loaded_objects.h"

#include <elf.h>
#include <link.h>

#include <array>
#include <cstring>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kObjectsMax = 256;

std::array<LoadedObject, kObjectsMax> loaded_objects;
size_t loaded_object_count = 0;

int record_object(dl_phdr_info* info, size_t, void*) noexcept {
  for (size_t i = 0; i < info->dlpi_phnum && loaded_object_count < kObjectsMax; ++i) {
    const auto& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    LoadedObject& object = loaded_objects[loaded_object_count++];
    object.bias = info->dlpi_addr;
    object.start = info->dlpi_addr + part.p_vaddr;
    object.end = object.start + part.p_memsz;
    if (info->dlpi_name != nullptr && info->dlpi_name[0] != '\0') {
      std::strncpy(object.path, info->dlpi_name, sizeof(object.path) - 1);
    } else {
      const ssize_t length = sys::readlink("/proc/self/exe", object.path, sizeof(object.path) - 1);
      object.path[length < 0 ? 0 : length] = '\0';
    }
  }
  return 0;
}

}  // namespace

void refresh_loaded_objects() {
  loaded_object_count = 0;
  ::dl_iterate_phdr(record_object, nullptr);
}

const LoadedObject* loaded_object_at(uintptr_t address) noexcept {
  for (size_t i = 0; i < loaded_object_count; ++i)
    if (address >= loaded_objects[i].start && address < loaded_objects[i].end)
      return &loaded_objects[i];
  return nullptr;
}

}  // namespace svc
