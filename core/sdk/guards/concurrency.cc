#include "core/sdk/guards/concurrency.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "core/loop/fiber_mutex.h"
#include "core/sdk/context.h"
#include "core/sdk/middleware.h"
#include "core/sdk/problem.h"
#include "core/sdk/worker.h"

namespace svc {
namespace {

class Concurrency final : public Guard {
 public:
  explicit Concurrency(const ConcurrencyOptions& options)
      : options_(options),
        shown_("at most " + std::to_string(options.at_once) + " at once"),
        free_(options.at_once) {}

  void around(Context&, Next& next) override {
    if (!free_.try_acquire()) queue_up();
    const Place place{free_};
    next();
  }
  std::string_view name() const noexcept override { return shown_; }
  std::span<const int> statuses() const noexcept override {
    static constexpr std::array kStatuses = {503};
    return kStatuses;
  }

 private:
  struct Place {
    FiberSemaphore& semaphore;
    ~Place() { semaphore.release(); }
  };
  struct Waiting {
    explicit Waiting(size_t& number) noexcept : waiting(number) { ++waiting; }
    ~Waiting() { --waiting; }
    size_t& waiting;
  };

  void queue_up() {
    if (waiting_ >= options_.queue) refuse("no more requests of this kind can be taken now");
    const Waiting counted(waiting_);
    if (free_.acquire(now() + options_.wait) == Wake::resumed) return;
    refuse("there are too many requests of this kind before this one");
  }

  [[noreturn]] void refuse(const char* why) const {
    const auto seconds =
        std::chrono::ceil<std::chrono::seconds>(std::clamp<Duration>(options_.wait, 1s, 60s));
    throw Problem(503, why).header("Retry-After", std::to_string(seconds.count()));
  }

  ConcurrencyOptions options_;
  std::string shown_;
  FiberSemaphore free_;
  size_t waiting_ = 0;
};

}  // namespace

std::shared_ptr<Guard> concurrency(ConcurrencyOptions options) {
  if (options.at_once == 0) throw std::invalid_argument("concurrency: at_once is at least 1");
  options.wait = std::clamp<Duration>(options.wait, 0s, std::chrono::hours(1));
  return std::make_shared<Concurrency>(options);
}

std::shared_ptr<Guard> concurrency(size_t at_once, size_t queue) {
  ConcurrencyOptions options;
  options.at_once = at_once;
  options.queue = queue;
  return concurrency(options);
}

}  // namespace svc
