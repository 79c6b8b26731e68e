#include <thread>

#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/offload.h"

namespace svc {

void sleep_for(Duration time) {
  if (OffloadPool::in_pool_thread()) {
    return OffloadPool::on_loop([time] { this_fiber::sleep_for(time); });
  }
  if (Fiber::current() != nullptr) return this_fiber::sleep_for(time);
  std::this_thread::sleep_for(time);  // Boot and stop hooks: nobody is being served.
}

}  // namespace svc
