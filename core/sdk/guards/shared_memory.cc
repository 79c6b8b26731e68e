#include "core/sdk/guards/shared_memory.h"

#include "core/sdk/host.h"

namespace svc {

std::span<std::byte> shared_memory(std::string_view name) {
  return WorkerBinding::regions().bytes(name);
}

}  // namespace svc
