#include <fmt/core.h>

#include <new>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/loop/fiber.h"
#include "core/loop/fiber_switch.h"

namespace svc {

struct Fibers::Pool {
  std::vector<Fiber*> idle;    // Taken from the back: the stack that is warmest in the caches.
  std::vector<Fiber*> queued;  // To run at the end of this turn.
  std::vector<Fiber*> batch;   // Those that run now; swapped with `queued` to use the memory again.
  bool deferred = false;       // The loop will call run_queued().
  Timer trim;

  explicit Pool() : trim([this] { return_pages(); }) {}
  bool run_queued() noexcept;
  void return_pages() noexcept;
  static void destroy(Fiber& fiber) noexcept;
};

Fibers::Fibers(EventLoop& loop, FiberLimits limits)
    : loop_(loop), limits_(limits), pool_(std::make_shared<Pool>()) {}

Fibers::~Fibers() {
  SVC_CHECK(live_ == 0);
  for (Fiber* fiber : pool_->idle) Pool::destroy(*fiber);
  pool_->idle.clear();
  pool_->trim.disarm();
}

size_t Fibers::pooled() const noexcept { return pool_->idle.size(); }

Result<Fiber*> Fibers::spawn(std::move_only_function<void()>&& body) {
  SVC_TRY(Fiber* const fiber, take());
  fiber->start(std::move(body));
  ++live_;
  if (current_fiber != nullptr) {
    fiber->state_ = Fiber::State::queued;
    enqueue(*fiber);
    return fiber;
  }
  return run(*fiber) ? fiber : nullptr;
}

// A Fiber lives at the top of its own stack: the page is touched anyway, so that 10,000 of them
// cost no memory besides, and a stack that is taken from the pool brings its Fiber along.
Result<Fiber*> Fibers::take() {
  if (live_ >= limits_.live_max) {
    return Error::of(std::errc::resource_unavailable_try_again,
                     fmt::format("spawn a fiber: {} are in flight, the most allowed", live_));
  }
  if (!pool_->idle.empty()) {
    Fiber* const fiber = pool_->idle.back();
    pool_->idle.pop_back();
    return fiber;
  }
  SVC_TRY(FiberStack stack, FiberStack::map(limits_.stack_bytes));
  constexpr size_t kLine = 64;  // Of a cache, and more than any alignment in it.
  constexpr size_t kRoom = (sizeof(Fiber) + kLine - 1) / kLine * kLine;
  std::byte* const place = stack.usable().data() + stack.usable().size() - kRoom;
  return new (place) Fiber(*this, std::move(stack));
}

void Fibers::enqueue(Fiber& fiber) {
  pool_->queued.push_back(&fiber);
  if (std::exchange(pool_->deferred, true)) return;
  loop_.defer([pool = pool_] {
    pool->deferred = false;
    pool->run_queued();
  });
}

bool Fibers::run_queued() noexcept {
  SVC_CHECK(Fiber::current() == nullptr);
  return pool_->run_queued();
}

bool Fibers::Pool::run_queued() noexcept {
  if (queued.empty()) return false;
  batch.swap(queued);
  for (Fiber* fiber : batch) fiber->owner_->run(*fiber);
  batch.clear();
  return true;
}

void Fibers::recycle(Fiber& fiber) noexcept {
  --live_;
  fiber.clear();
  if (pool_->idle.size() >= limits_.pooled_max) {
    Pool::destroy(fiber);
    return;
  }
  pool_->idle.push_back(&fiber);
  if (!pool_->trim.armed()) pool_->trim.arm(loop_, loop_.now() + kTrimAfter);
}

// At most once a second, so that a plain request needs no system call for it.
void Fibers::Pool::return_pages() noexcept {
  for (Fiber* fiber : idle) {
    if (std::exchange(fiber->touched_, false)) fiber->stack_.return_pages(kWarmBytes);
  }
}

void Fibers::Pool::destroy(Fiber& fiber) noexcept {
  const FiberStack stack = std::move(fiber.stack_);  // Unmapped when nothing in it lives any more.
  fiber.~Fiber();
}

bool Fibers::is_stack_overflow(const void* address) noexcept {
  const Fiber* const fiber = current_fiber;
  return fiber != nullptr && fiber->stack_.guards(address);
}

}  // namespace svc
