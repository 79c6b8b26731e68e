// wait.h — waiting for a descriptor without holding the worker: how a C library with a socket of
// its own (libpq, hiredis, librabbitmq …) is used in a handler.
//
//   while (PQconsumeInput(c) == 1 && PQisBusy(c) == 1) svc::wait(PQsocket(c), svc::kReadable, 5s);
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

// EPOLLIN, EPOLLOUT, and what is reported beside them: EPOLLERR, EPOLLHUP (epoll_ctl(2)).
inline constexpr uint32_t kReadable = 0x001;
inline constexpr uint32_t kWritable = 0x004;
inline constexpr uint32_t kFailed = 0x008;
inline constexpr uint32_t kHungUp = 0x010;

// Suspends until one of `events` is true of `fd`, or it has failed or been hung up; returns what is
// true, 0 at `deadline`. One fiber waits for one descriptor at a time; it must stay open meanwhile.
// Throws Cancelled when the request is given up, std::system_error for what epoll_ctl(2) refuses.
// In pool threads the request's fiber waits; where there is no request, poll(2) does.
SVC_API uint32_t wait(int fd, uint32_t events, std::optional<Instant> deadline = std::nullopt);
SVC_API uint32_t wait(int fd, uint32_t events, Duration time);

}  // namespace svc
