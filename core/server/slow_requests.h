// slow_requests.h — what a worker tells of requests that take too long: a line, and where they are.
//
// Why two bounds: when whatever all requests wait for is slow, all of them are slow at once. Each
// has its line; only a few a second have a backtrace, for the others are in the same place.
//
// Thread: the worker's loop.
#pragma once

#include "core/http/slow_request.h"

namespace svc {

class SlowRequests final : public SlowObserver {
 public:
  static constexpr unsigned kTracesPerSecond = 4;

  explicit SlowRequests(const Application& application) noexcept : application_(application) {}
  void request_slow(const SlowRequest& request) noexcept override;

 private:
  bool may_trace(Instant now) noexcept;

  const Application& application_;
  Instant second_began_{};
  unsigned in_second_ = 0;
};

}  // namespace svc
