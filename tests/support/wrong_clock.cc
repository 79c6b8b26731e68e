// Loaded into a server with LD_PRELOAD: its clock on the wall jumps an hour ahead and two back,
// twice a second. What is decided by CLOCK_MONOTONIC doesn't notice.
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr time_t kJump = 3600;
constexpr long kHalfSecondNs = 500'000'000;

long real_time(clockid_t clock, timespec* now) { return ::syscall(SYS_clock_gettime, clock, now); }

void bend(timespec* now) { now->tv_sec += now->tv_nsec < kHalfSecondNs ? kJump : -kJump; }

}  // namespace

#define SVC_EXPORT extern "C" __attribute__((visibility("default")))

SVC_EXPORT int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const auto result = static_cast<int>(real_time(clock, now));
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) bend(now);
  return result;
}

SVC_EXPORT int gettimeofday(timeval* now, void*) noexcept {
  timespec exact{};
  const int result = clock_gettime(CLOCK_REALTIME, &exact);
  *now = {exact.tv_sec, exact.tv_nsec / 1000};
  return result;
}

SVC_EXPORT time_t time(time_t* into) noexcept {
  timespec exact{};
  clock_gettime(CLOCK_REALTIME, &exact);
  if (into != nullptr) *into = exact.tv_sec;
  return exact.tv_sec;
}
