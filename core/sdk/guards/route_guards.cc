// The guards that a route names in short: core/sdk/route.h.
#include "core/sdk/guards/answer_cache.h"
#include "core/sdk/guards/concurrency.h"
#include "core/sdk/guards/rate_limit.h"
#include "core/sdk/route.h"

namespace svc {

Route& Route::rate_limit(uint64_t count, Duration per) {
  return guard(svc::rate_limit(count, per));
}

Route& Route::concurrency(size_t at_once, size_t queue_size) {
  return guard(svc::concurrency(at_once, queue_size));
}

Route& Route::cache(Duration ttl) { return use(svc::cache(ttl)); }

}  // namespace svc
