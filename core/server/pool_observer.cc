#include "core/server/pool_observer.h"

#include "core/base/clock.h"
#include "core/http/application.h"
#include "core/process/last_words.h"

namespace svc {

void PoolObserver::job_began(size_t thread, const void* label) noexcept {
  thread_local bool prepared = false;
  if (!prepared) {
    prepared = true;
    crash_handlers_for_pool_thread(thread);
  }
  if (thread >= kPoolThreadsMax || label == nullptr) return;
  const auto* exchange = static_cast<const Exchange*>(label);
  slot_.pool[thread].running.begin(exchange->plan().route, exchange->id(), Clock::steady().now());
}

void PoolObserver::job_ended(size_t thread) noexcept {
  if (thread < kPoolThreadsMax) slot_.pool[thread].running.end();
}

}  // namespace svc
