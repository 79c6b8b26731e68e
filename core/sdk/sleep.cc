#include <thread>

#include "core/loop/fiber.h"
#include "core/sdk/offload.h"
#include "core/sdk/pool_bridge.h"

namespace svc {

void sleep_for(Duration time) {
  if (PoolBridge::current() != nullptr) return on_loop([time] { this_fiber::sleep_for(time); });
  if (Fiber::current() != nullptr) return this_fiber::sleep_for(time);
  std::this_thread::sleep_for(time);  // Boot and stop hooks: nobody is being served.
}

}  // namespace svc
