#include "core/http/drain.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/http/server_core.h"

namespace svc {

Drain::Drain(ServerCore& core)
    : core_(core), timer_([this] { advance(); }), done_timer_([this] {
        const auto on_drained = std::exchange(on_drained_, nullptr);
        on_drained();  // May destroy the server: nothing after this.
      }) {}

void Drain::begin(Instant deadline, std::function<void()> on_drained,
                  std::function<void()> on_closed) {
  SVC_CHECK(!begun());
  phase_ = Phase::accepting;
  deadline_ = deadline;
  on_drained_ = std::move(on_drained);
  on_closed_ = std::move(on_closed);
  core_.hand_over.stop_receiving();
  if (!core_.hand_over.gives()) core_.hand_over.receive_the_rest();
  timer_.arm(core_.loop, std::min(deadline_, core_.loop.now() + kAcceptWindow));
}

void Drain::hand_over_to(int out) {
  core_.hand_over.give_to(out);
  if (out < 0 && phase_ == Phase::finishing)
    core_.for_each_connection([](Connection& connection) { connection.on_drain(); });
}

bool Drain::ends_connections() const noexcept { return begun() && !core_.hand_over.gives(); }

void Drain::hurry(Instant deadline) {
  SVC_CHECK(begun());
  if (deadline >= deadline_ || phase_ > Phase::finishing) return;
  deadline_ = deadline;
  const Instant armed = phase_ == Phase::accepting ? core_.loop.now() + kAcceptWindow : deadline;
  timer_.arm(core_.loop, std::min(deadline, armed));
}

void Drain::advance() {
  step();
  look();
}

void Drain::step() {
  switch (phase_) {
    case Phase::accepting:
      phase_ = Phase::finishing;
      core_.acceptors.close();
      if (on_closed_) on_closed_();
      core_.slot.draining.set(1);
      timer_.arm(core_.loop, deadline_);
      if (!core_.hand_over.gives()) core_.hand_over.receive_the_rest();
      core_.for_each_connection([](Connection& connection) { connection.on_drain(); });
      return;
    case Phase::finishing:
      phase_ = Phase::cancelling;
      core_.hand_over.give_to(-1);
      timer_.arm(core_.loop, core_.loop.now() + kCutGrace);
      core_.for_each_connection([](Connection& connection) { connection.on_drain_deadline(); });
      return;
    case Phase::cancelling:
      phase_ = Phase::cutting;
      core_.for_each_connection([](Connection& connection) { connection.cut(); });
      return;
    case Phase::none:
    case Phase::cutting:
    case Phase::drained:
      check_failed(__FILE__, __LINE__, "the drain's timer is disarmed in this phase");
  }
}

void Drain::look() {
  if (!finishing() || phase_ == Phase::drained || core_.connections() > 0) return;
  if (core_.in_flight() > 0 && phase_ < Phase::cancelling) return;
  phase_ = Phase::drained;
  timer_.disarm();
  done_timer_.arm(core_.loop, core_.loop.now());
}

}  // namespace svc
