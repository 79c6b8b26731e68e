#include "core/loop/offload.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

// Holds jobs where the test wants them.
class Gate {
 public:
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class OffloadTest : public FiberFixture {
 protected:
  // Offloads a job that waits at `gate`; says in `end` how run() ended.
  Fiber* start_waiting(OffloadPool& pool, Gate& gate, std::string& end) {
    return start([&pool, &gate, &end] {
      try {
        const auto ran = pool.run([&gate] { gate.pass(); });
        end = ran ? "ran" : ran.error().text;
      } catch (const Cancelled&) {
        end = "cancelled";
      }
    });
  }
};

TEST_F(OffloadTest, RunsTheJobInAnotherThreadAndReturnsWhatItReturns) {
  OffloadPool pool(*loop, {});
  run([&] {
    const auto here = std::this_thread::get_id();
    EXPECT_NE(pool.run([] { return std::this_thread::get_id(); }).value(), here);
    EXPECT_TRUE(pool.run([] { return OffloadPool::in_pool_thread(); }).value());
    const std::string text = "a reference becomes a value";
    EXPECT_EQ(pool.run([&]() -> const std::string& { return text; }).value(), text);
    EXPECT_EQ(*pool.run([] { return std::make_unique<int>(7); }).value(), 7);
    EXPECT_TRUE(pool.run([] {}));
  });
  EXPECT_FALSE(OffloadPool::in_pool_thread());
}

TEST_F(OffloadTest, LeavesTheLoopFreeWhileAJobBlocks) {
  OffloadPool pool(*loop, {});
  Gate gate;
  std::string end;
  start_waiting(pool, gate, end);
  bool served = false;
  run([&] { served = true; });
  EXPECT_TRUE(served);
  EXPECT_EQ(end, "");
  gate.open();
  EXPECT_TRUE(turn_until([&] { return end == "ran"; }));
}

TEST_F(OffloadTest, RethrowsWhatLeavesTheJob) {
  OffloadPool pool(*loop, {});
  run([&] {
    try {
      static_cast<void>(pool.run([]() -> int { throw std::runtime_error("disk on fire"); }));
      ADD_FAILURE();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "disk on fire");
    }
    EXPECT_EQ(pool.run([] { return 1; }).value(), 1);
  });
}

TEST_F(OffloadTest, StartsThreadsOnlyAsJobsNeedThemAndNoMoreThanAllowed) {
  OffloadPool pool(*loop, {.threads = 3, .queue_max = 100});
  std::mutex mutex;
  std::vector<std::thread::id> threads;
  const auto note = [&] {
    const std::scoped_lock lock(mutex);
    if (std::ranges::find(threads, std::this_thread::get_id()) == threads.end()) {
      threads.push_back(std::this_thread::get_id());
    }
  };
  run([&] {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(pool.run(note));
  });
  EXPECT_EQ(threads.size(), 1u);  // One after the other.
  int ended = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(fibers.spawn([&] {
      EXPECT_TRUE(pool.run(note));
      ++ended;
    }));
  }
  EXPECT_TRUE(turn_until([&] { return ended == 100; }));
  EXPECT_LE(threads.size(), 3u);
}

TEST_F(OffloadTest, AFullQueueIsAnErrorAtOnce) {
  OffloadPool pool(*loop, {.threads = 1, .queue_max = 1});
  Gate gate;
  std::string ends[3];
  start_waiting(pool, gate, ends[0]);
  ASSERT_TRUE(turn_until([&] { return pool.running() == 1; }));
  start_waiting(pool, gate, ends[1]);
  EXPECT_EQ(pool.queued(), 1u);
  run([&] {
    const auto refused = pool.run([] {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, std::errc::resource_unavailable_try_again);
  });
  gate.open();
  EXPECT_TRUE(turn_until([&] { return ends[0] == "ran" && ends[1] == "ran"; }));
}

TEST_F(OffloadTest, WithoutAQueueAThreadStillTakesAJob) {
  OffloadPool pool(*loop, {.threads = 1, .queue_max = 0});
  run([&] { EXPECT_TRUE(pool.run([] {})); });
}

TEST_F(OffloadTest, ACancelledFiberStaysUntilItsRunningJobHasEnded) {
  OffloadPool pool(*loop, {});
  Gate gate;
  std::string end;
  Fiber* const fiber = start_waiting(pool, gate, end);
  ASSERT_TRUE(turn_until([&] { return pool.running() == 1; }));
  fiber->cancel(CancelReason::deadline);
  turn(10ms);
  EXPECT_EQ(end, "");
  EXPECT_EQ(fibers.live(), 1u);
  gate.open();
  EXPECT_TRUE(turn_until([&] { return end == "cancelled"; }));
}

TEST_F(OffloadTest, ACancelledFiberTakesBackAJobThatHasNotBegun) {
  OffloadPool pool(*loop, {.threads = 1});
  Gate gate;
  std::string ends[2];
  start_waiting(pool, gate, ends[0]);
  ASSERT_TRUE(turn_until([&] { return pool.running() == 1; }));
  Fiber* const second = start_waiting(pool, gate, ends[1]);
  second->cancel(CancelReason::client_gone);
  EXPECT_EQ(ends[1], "cancelled");
  EXPECT_EQ(pool.queued(), 0u);
  gate.open();
  EXPECT_TRUE(turn_until([&] { return ends[0] == "ran"; }));
}

TEST_F(OffloadTest, AFiberThatIsCancelledAlreadyOffloadsNothing) {
  OffloadPool pool(*loop, {});
  struct Unwound {
    OffloadPool& pool;
    ~Unwound() {
      EXPECT_EQ(pool.run([] { ADD_FAILURE(); }).error().code, std::errc::operation_canceled);
    }
  };
  run([&] {
    Fiber::current()->cancel(CancelReason::drain);
    EXPECT_THROW(static_cast<void>(pool.run([] { ADD_FAILURE(); })), Cancelled);
    const Unwound unwound{pool};
    Fiber::current()->check_cancelled();
  });
}

// For what has to be done while a cancelled fiber is unwound.
TEST_F(OffloadTest, AJobThatIsToBeFinishedIsRunForACancelledFiberToo) {
  OffloadPool pool(*loop, {.threads = 1});
  constexpr auto kFinish = OffloadPool::IfCancelled::finish;
  Gate gate;
  std::string ends[2];
  bool ran[2] = {};
  start_waiting(pool, gate, ends[0]);
  ASSERT_TRUE(turn_until([&] { return pool.running() == 1; }));
  Fiber* const second = start([&] {
    for (bool& each : ran) {
      try {
        static_cast<void>(pool.run_erased([&each] { each = true; }, kFinish));
      } catch (const Cancelled&) {
        ends[1] += "cancelled ";
      }
    }
  });
  second->cancel(CancelReason::client_gone);
  EXPECT_EQ(pool.queued(), 1u);
  EXPECT_EQ(ends[1], "");
  gate.open();
  EXPECT_TRUE(turn_until([&] { return ends[1] == "cancelled cancelled "; }));
  EXPECT_TRUE(ran[0] && ran[1]);
}

TEST_F(OffloadTest, OtherResumesDoNotEndTheWait) {
  OffloadPool pool(*loop, {});
  Gate gate;
  std::string end;
  Fiber* const fiber = start_waiting(pool, gate, end);
  for (int i = 0; i < 10; ++i) fiber->resume();
  EXPECT_EQ(end, "");
  gate.open();
  EXPECT_TRUE(turn_until([&] { return end == "ran"; }));
}

TEST_F(OffloadTest, ManyJobsOfManyFibersAllComeBack) {
  OffloadPool pool(*loop, {});
  constexpr int kFibers = 200;
  constexpr int kJobs = 20;
  int sum = 0;
  int ended = 0;
  for (int i = 0; i < kFibers; ++i) {
    ASSERT_TRUE(fibers.spawn([&] {
      for (int n = 0; n < kJobs; ++n) sum += pool.run([n] { return n; }).value();
      ++ended;
    }));
  }
  EXPECT_TRUE(turn_until([&] { return ended == kFibers; }));
  EXPECT_EQ(sum, kFibers * (kJobs * (kJobs - 1) / 2));
}

TEST_F(OffloadTest, PoolThreadsBlockSignalsButFaults) {
  OffloadPool pool(*loop, {});
  sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  run([&] {
    const sigset_t mask = pool.run([] {
                                sigset_t set;
                                ::pthread_sigmask(SIG_SETMASK, nullptr, &set);
                                return set;
                              })
                              .value();
    for (const int blocked : {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGALRM, SIGABRT, SIGUSR1}) {
      EXPECT_EQ(::sigismember(&mask, blocked), 1) << blocked;
    }
    for (const int open : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
      EXPECT_EQ(::sigismember(&mask, open), 0) << open;
    }
  });
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  for (int signal = 1; signal < SIGRTMIN; ++signal) {
    EXPECT_EQ(::sigismember(&before, signal), ::sigismember(&after, signal)) << signal;
  }
}

TEST_F(OffloadTest, AnObserverSeesEachJobWithItsLabelInItsThread) {
  struct Observer final : OffloadObserver {
    void job_began(size_t thread, const void* label) noexcept override {
      EXPECT_LT(thread, 2u);
      labels[thread] = label;
      ++began;
    }
    void job_ended(size_t thread) noexcept override {
      labels[thread] = nullptr;
      ++ended;
    }
    const void* labels[2] = {};
    std::atomic<int> began{0};
    std::atomic<int> ended{0};
  } observer;
  OffloadPool pool(*loop, {.threads = 2, .observer = &observer});
  run([&] {
    Fiber::current()->set_label(&pool);
    EXPECT_TRUE(pool.run([&] { return observer.labels[0] == &pool || observer.labels[1] == &pool; })
                    .value());
  });
  EXPECT_EQ(observer.began.load(), 1);
  EXPECT_EQ(observer.ended.load(), 1);
}

TEST_F(OffloadTest, AJobCallsTheLoopWhereItsFiberExecutesThat) {
  OffloadPool pool(*loop, {});
  run([&] {
    Fiber* const self = Fiber::current();
    const auto loop_thread = std::this_thread::get_id();
    const int sum = pool.run([&] {
                          int total = 0;
                          for (int i = 1; i <= 3; ++i) {
                            total += OffloadPool::on_loop([&] {
                              EXPECT_EQ(std::this_thread::get_id(), loop_thread);
                              EXPECT_EQ(Fiber::current(), self);
                              this_fiber::yield();  // It may suspend like any code of a fiber.
                              return i;
                            });
                          }
                          return total;
                        })
                        .value();
    EXPECT_EQ(sum, 6);
    EXPECT_EQ(OffloadPool::on_loop([] { return 9; }), 9);  // On the loop: a plain call.
  });
}

TEST_F(OffloadTest, WhatLeavesACallIsRethrownInTheJob) {
  OffloadPool pool(*loop, {});
  run([&] {
    const std::string caught = pool.run([]() -> std::string {
                                     try {
                                       OffloadPool::on_loop([] { throw std::logic_error("no"); });
                                     } catch (const std::logic_error& error) {
                                       return error.what();
                                     }
                                     return "nothing";
                                   })
                                   .value();
    EXPECT_EQ(caught, "no");
  });
}

TEST_F(OffloadTest, CancellationReachesAJobThroughItsCall) {
  OffloadPool pool(*loop, {});
  std::string end;
  std::atomic<bool> unwound{false};
  std::atomic<bool> calling{false};
  Fiber* const fiber = start([&] {
    try {
      static_cast<void>(pool.run([&] {
        struct Noting {
          std::atomic<bool>& flag;
          ~Noting() { flag = true; }
        };
        const Noting noting{unwound};
        OffloadPool::on_loop([&] {
          calling = true;
          this_fiber::sleep_for(1h);
        });
      }));
    } catch (const Cancelled& cancelled) {
      end = cancelled.reason == CancelReason::deadline ? "deadline" : "other";
    }
  });
  ASSERT_TRUE(turn_until([&] { return calling.load(); }));
  fiber->cancel(CancelReason::deadline);
  EXPECT_TRUE(turn_until([&] { return !end.empty(); }));
  EXPECT_EQ(end, "deadline");
  EXPECT_TRUE(unwound.load());
}

TEST_F(OffloadTest, DestroyingThePoolFinishesWhatRunsAndDropsWhatWaits) {
  Gate gate;
  std::string ends[3];
  std::thread opener;
  {
    OffloadPool pool(*loop, {.threads = 1});
    start_waiting(pool, gate, ends[0]);
    ASSERT_TRUE(turn_until([&] { return pool.running() == 1; }));
    start_waiting(pool, gate, ends[1]);
    start_waiting(pool, gate, ends[2]);
    opener = std::thread([&] { gate.open(); });
  }
  opener.join();
  for (const std::string& end : ends) EXPECT_EQ(end, "cancelled");
  EXPECT_EQ(fibers.live(), 0u);
  turn();  // The news that was posted meanwhile finds nobody.
}

// The loop does not turn any more: a job that waits for it must not hold up the end.
TEST_F(OffloadTest, DestroyingThePoolEndsAJobThatIsInACall) {
  std::string ends[2];
  std::atomic<int> calling{0};
  {
    OffloadPool pool(*loop, {.threads = 2});
    for (std::string& end : ends) {
      start([&] {
        try {
          static_cast<void>(pool.run([&] {
            ++calling;
            OffloadPool::on_loop([] { this_fiber::sleep_for(1h); });
          }));
        } catch (const Cancelled&) {
          end = "cancelled";
        }
      });
    }
    ASSERT_TRUE(turn_until([&] { return calling.load() == 2; }));
  }
  for (const std::string& end : ends) EXPECT_EQ(end, "cancelled");
}

TEST_F(OffloadTest, NothingIsTakenWhileThePoolIsBeingDestroyed) {
  std::optional<OffloadPool> pool(std::in_place, *loop, OffloadPool::Options{.threads = 1});
  std::optional<std::errc> code;
  Gate gate;
  struct Unwound {  // Offloads again while it is unwound by the end of the pool.
    OffloadPool& pool;
    std::optional<std::errc>& code;
    ~Unwound() {
      code = pool.run([] {}).error().code;
    }
  };
  start([&] {
    const Unwound unwound{*pool, code};
    static_cast<void>(pool->run([&] { gate.pass(); }));
  });
  gate.open();
  pool.reset();
  EXPECT_EQ(code, std::errc::operation_canceled);
}

}  // namespace
}  // namespace svc
