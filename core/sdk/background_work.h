// background_work.h — the background work of one worker: bounded, logged, waited for at its end.
//
// Thread: the loop's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/loop/fiber.h"
#include "core/sdk/background.h"

namespace svc {

class SVC_API BackgroundWork {
 public:
  static constexpr Duration kCancelGrace = 200ms;  // For what is cancelled to unwind.

  BackgroundWork() = default;
  BackgroundWork(const BackgroundWork&) = delete;
  BackgroundWork& operator=(const BackgroundWork&) = delete;

  // A place is taken before the work can begin, so that who asks for it is told that there is no
  // room. Throws Problem 503.
  void reserve();
  void give_back(size_t places) noexcept { figures_.running -= places; }
  // Of a place that is taken. REQUIRES: inside a fiber. `whose` begins the lines of the log.
  void start(std::move_only_function<void()> work, AtStop at_stop, std::string whose) noexcept;

  // Cancels what is to be cancelled and waits for the rest, until `deadline`; cancels that too,
  // then. REQUIRES: inside a fiber. False: something could not be interrupted and still runs.
  bool end(Instant deadline);
  void hurry(Instant deadline);  // Of an end() that is under way: an earlier one counts.
  void wait_for_finishing();     // Until only work with AtStop::cancel is left. REQUIRES: a fiber.

  const BackgroundFigures& figures() const noexcept { return figures_; }

 private:
  struct Running {
    Fiber* fiber;
    AtStop at_stop;
  };

  void run(std::move_only_function<void()>& work, AtStop at_stop,
           const std::string& whose) noexcept;
  void cancel(std::optional<AtStop> those);
  bool finishing() const noexcept;
  template <class Fact>
  bool wait(Fact&& fact);  // False: the deadline has come.

  std::vector<Running> running_;
  BackgroundFigures figures_;
  std::optional<Instant> deadline_;
  Fiber* waiter_ = nullptr;  // Wants to be told of each end.
  bool ending_ = false;      // What is to be cancelled has been.
  bool over_ = false;        // And all the rest.
};

}  // namespace svc
