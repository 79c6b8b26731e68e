#include "core/sdk/background.h"

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/loop/offload.h"
#include "core/sdk/background_work.h"
#include "core/sdk/exception_text.h"
#include "core/sdk/host.h"
#include "core/sdk/problem.h"

namespace svc {

void BackgroundWork::reserve() {
  if (figures_.running >= kBackgroundMax) {
    throw Problem(503, "the service is overloaded").header("Retry-After", "1");
  }
  ++figures_.running;
}

void BackgroundWork::start(std::move_only_function<void()> work, AtStop at_stop,
                           std::string whose) noexcept {
  auto body = [this, at_stop, work = std::move(work), whose = whose]() mutable {
    run(work, at_stop, whose);
  };
  auto spawned = Fiber::self().owner().spawn(std::move(body));  // Runs when this fiber waits.
  if (!spawned) {
    --figures_.running;
    ++figures_.failed;
    log::error("{}: background work could not begin: {}", whose, spawned.error().text);
    return;
  }
  running_.push_back({*spawned, at_stop});
  if (over_ || (ending_ && at_stop == AtStop::cancel)) (*spawned)->cancel(CancelReason::drain);
}

void BackgroundWork::run(std::move_only_function<void()>& work, AtStop at_stop,
                         const std::string& whose) noexcept {
  try {
    work();
    ++figures_.done;
  } catch (const Cancelled&) {
    ++figures_.cancelled;
    if (at_stop == AtStop::finish) log::warn("{}: background work was cancelled", whose);
  } catch (...) {
    ++figures_.failed;
    log::error("{}: background work failed: {}", whose, exception_text());
  }
  work = nullptr;  // What it holds goes before it counts as ended.
  --figures_.running;
  std::erase_if(running_, [](const Running& each) { return each.fiber == Fiber::current(); });
  if (waiter_ != nullptr) waiter_->resume();
}

// A cancelled fiber may end at once: over a copy.
void BackgroundWork::cancel(std::optional<AtStop> those) {
  const std::vector<Running> all = running_;
  for (const Running& each : all) {
    if (!those || each.at_stop == *those) each.fiber->cancel(CancelReason::drain);
  }
}

bool BackgroundWork::finishing() const noexcept {
  const auto is_finishing = [](const Running& each) { return each.at_stop == AtStop::finish; };
  return std::ranges::any_of(running_, is_finishing);
}

template <class Fact>
bool BackgroundWork::wait(Fact&& fact) {
  Fiber& fiber = Fiber::self();
  waiter_ = &fiber;
  Wake woken = Wake::resumed;
  while (!fact() && woken == Wake::resumed) woken = fiber.try_suspend(deadline_);
  waiter_ = nullptr;
  return fact();
}

void BackgroundWork::wait_for_finishing() {
  wait([this] { return !finishing(); });
}

bool BackgroundWork::end(Instant deadline) {
  const auto ended = [this] { return running_.empty(); };
  ending_ = true;
  const Instant now = Fiber::self().owner().loop().clock().now();
  deadline_ = std::max(deadline, now + kCancelGrace);  // What is cancelled here unwinds, too.
  cancel(AtStop::cancel);
  if (wait(ended)) return true;
  log::warn("the time to stop is over: background work is cancelled ({})", running_.size());
  over_ = true;
  cancel(std::nullopt);
  deadline_ = Fiber::self().owner().loop().clock().now() + kCancelGrace;
  return wait(ended);
}

void BackgroundWork::hurry(Instant deadline) {
  if (!deadline_ || deadline >= *deadline_) return;
  deadline_ = deadline;
  if (waiter_ != nullptr) waiter_->resume();
}

void background(std::move_only_function<void()> work, AtStop at_stop) {
  const WorkerBinding* const worker = WorkerBinding::current();
  const bool in_pool = OffloadPool::in_pool_thread();
  if (worker == nullptr || (!in_pool && Fiber::current() == nullptr)) return work();
  OffloadPool::on_loop([&] {
    worker->background().reserve();
    worker->background().start(std::move(work), at_stop, "the service");
  });
}

BackgroundFigures background_figures() noexcept {
  const WorkerBinding* const worker = WorkerBinding::current();
  return worker != nullptr ? worker->background().figures() : BackgroundFigures{};
}

}  // namespace svc
