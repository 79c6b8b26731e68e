#include "core/sdk/offload.h"

#include <exception>

#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/host.h"
#include "core/sdk/problem.h"

namespace svc::detail {

void offload(FunctionRef job) {
  const WorkerBinding* const worker = WorkerBinding::current();
  const bool can_wait = Fiber::current() != nullptr;  // Pool threads have none.
  if (!can_wait || worker == nullptr || worker->pool() == nullptr) return job();
  // A result is owed, and where an exception is on its way already no other may be thrown.
  const auto then = std::uncaught_exceptions() > 0 ? OffloadPool::IfCancelled::finish
                                                   : OffloadPool::IfCancelled::withdraw;
  if (!worker->pool()->run_erased([job] { job(); }, then)) {
    throw Problem(503, "the service is overloaded").header("Retry-After", "1");
  }
}

}  // namespace svc::detail
