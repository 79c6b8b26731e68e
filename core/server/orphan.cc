#include "core/server/orphan.h"

#include <fmt/core.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/sys.h"

namespace svc {

Orphan::Orphan(EventLoop& loop, WorkerStart& start, Events events)
    : loop_(loop), start_(start), events_(std::move(events)), timer_([this] {
        stop();
        events_.on_timeout();
      }) {}

Result<> Orphan::wait() {
  SVC_TRY_VOID(loop_.watch(start_.orphans, EPOLLIN, *this));
  waiting_ = true;
  timer_.arm(loop_, loop_.now() + start_.orphan_timeout);
  return {};
}

void Orphan::stop() noexcept {
  timer_.disarm();
  if (waiting_) loop_.unwatch(start_.orphans, *this);
  waiting_ = false;
}

void Orphan::on_ready(uint32_t) {
  constexpr int kCallsMax = 16;  // Masters that died before we answered have left theirs here.
  for (int i = 0; i < kCallsMax; ++i) {
    Fd call(sys::accept4(start_.orphans, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!call) return;  // A sibling was faster.
    if (!introduce(std::move(call))) continue;
    stop();
    return events_.on_master();
  }
}

// The connection takes the channel's number: that is where last words go (crash_handlers.cc).
bool Orphan::introduce(Fd connection) {
  Channel call(std::move(connection));
  const auto told = call.send(
      ChannelKind::orphan, 0,
      fmt::format("{} {} {} {}", start_.service.name, start_.index, start_.generation, ::getpid()),
      {&start_.store, 1});
  if (!told) return false;
  if (sys::dup3(call.descriptor(), start_.channel.descriptor(), O_CLOEXEC) < 0) return false;
  log::info("another master has called");
  return true;
}

}  // namespace svc
