// Work in the pool and the way back to the loop: svc::offload(), Route::offload(), sleeps, streams.
#include "core/sdk/offload.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/host.h"
#include "core/sdk/problem.h"
#include "core/sdk/testing/client.h"
#include "core/sdk/testing/exchange.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

std::string thread_name() { return Fiber::current() != nullptr ? "loop" : "pool"; }

TEST(Offload, RunsInThePoolAndReturnsByValue) {
  Client client([](App& app) {
    app.get("/where", [] { return thread_name() + svc::offload(thread_name) + thread_name(); });
    app.get("/inner",
            [] { return svc::offload([] { return thread_name() + svc::offload(thread_name); }); });
    app.get("/route", thread_name).offload();
    app.get("/void", [] { svc::offload([] {}); });
    app.get("/reference", [] {
      static const std::string text = "kept";
      return svc::offload([]() -> const std::string& { return text; });
    });
  });
  EXPECT_EQ(client.get("/where").body, "looppoolloop");
  EXPECT_EQ(client.get("/inner").body, "poolpool");
  EXPECT_EQ(client.get("/route").body, "pool");
  EXPECT_EQ(client.get("/void").status, 204);
  EXPECT_EQ(client.get("/reference").body, "kept");
}

TEST(Offload, ExceptionsComeBack) {
  Client client([](App& app) {
    app.get("/problem", [] { return svc::offload([]() -> int { throw Problem(409, "taken"); }); });
    app.get("/route", []() -> int { throw Problem(410); }).offload();
    app.get("/caught", [] {
      try {
        svc::offload([] { throw std::runtime_error("it"); });
      } catch (const std::runtime_error& e) {
        return std::string(e.what());
      }
      return std::string("nothing");
    });
  });
  EXPECT_EQ(client.get("/problem").status, 409);
  EXPECT_EQ(client.get("/route").status, 410);
  EXPECT_EQ(client.get("/caught").body, "it");
}

TEST(Offload, StreamsAndSleepsWorkFromAPoolThread) {
  Client client([](App& app) {
    app.post("/stream",
             [](BodyStream& in, Stream& out) {
               EXPECT_EQ(thread_name(), "pool");
               char buffer[3];
               while (const size_t got = in.read(buffer)) {
                 svc::sleep_for(1ms);
                 out.write({buffer, got});
               }
             })
        .offload();
  });
  EXPECT_EQ(client.send("POST", "/stream", "abcdefgh").parts,
            (std::vector<std::string>{"abc", "def", "gh"}));
}

TEST(Offload, WithoutAWorkerItIsAPlainCall) {
  EXPECT_EQ(svc::offload([] { return 7; }), 7);
  svc::sleep_for(1ms);
}

TEST(Sleep, EndsWithTheDeadline) {
  Client client([](App& app) {
    app.get("/sleep/{ms}", [](int ms, Context& ctx) {
      ctx.sleep_for(std::chrono::milliseconds(ms));
      return ctx.deadline().has_value();
    });
  });
  EXPECT_EQ(client.get("/sleep/1").body, "false");
  client.set_deadline(20ms);
  EXPECT_EQ(client.get("/sleep/60000").status, 503);
}

// A queue of one place, taken: what an overloaded worker looks like.
TEST(Offload, FullQueueIs503WithRetryAfter) {
  auto loop = EventLoop::create();
  ASSERT_TRUE(loop);
  Fibers fibers(**loop);
  OffloadPool pool(**loop, {.threads = 1, .queue_max = 1});
  const WorkerBinding binding({}, &pool);
  std::atomic<bool> release = false;
  std::string refused;
  int ended = 0;
  const auto block = [&] {
    svc::offload([&] {
      while (!release) std::this_thread::yield();
    });
    ++ended;
  };
  ASSERT_TRUE(fibers.spawn(block));
  while (pool.running() == 0) ASSERT_TRUE((*loop)->turn(10ms));
  ASSERT_TRUE(fibers.spawn(block));
  while (pool.queued() == 0) ASSERT_TRUE((*loop)->turn(10ms));
  ASSERT_TRUE(fibers.spawn([&] {
    try {
      svc::offload([] {});
    } catch (const Problem& problem) {
      refused = std::to_string(problem.status()) +
                std::string(problem.response().header("Retry-After").value_or(""));
    }
    release = true;
  }));
  while (ended < 2) ASSERT_TRUE((*loop)->turn(100ms));
  EXPECT_EQ(refused, "5031");
}

// A worker with one pool thread, on a clock set by hand.
class OnePoolThread : public ::testing::Test {
 protected:
  void SetUp() override {
    app.get("/hold",
            [this] {
              while (!release) std::this_thread::yield();
            })
        .offload();
  }
  void TearDown() override {
    release = true;
    EXPECT_TRUE(turn_until([this] { return fibers.live() == 0; }));
  }

  // A request whose job has the thread until `release`.
  void hold_thread() {
    start(hold);
    ASSERT_TRUE(turn_until([this] { return pool->running() == 1; }));
  }

  // As a server does: in a fiber with a deadline.
  void start(testing::FakeExchange& exchange, std::optional<Duration> allowed = std::nullopt) {
    ASSERT_TRUE(std::exchange(sealed, true) || app.seal());
    exchange.set_plan(app.plan(exchange.head()));
    ASSERT_TRUE(fibers.spawn([this, &exchange, allowed] {
      if (allowed) Fiber::current()->set_deadline(clock.now() + *allowed);
      exchange.run(app);
    }));
  }
  template <class Fact>
  bool turn_until(Fact fact) {
    const Instant give_up = Clock::steady().now() + 30s;
    while (!fact()) {
      if (Clock::steady().now() > give_up || !loop->turn(1ms)) return false;
    }
    return true;
  }

  FakeClock clock;
  std::unique_ptr<EventLoop> loop = EventLoop::create(clock).value();
  Fibers fibers{*loop};
  std::optional<OffloadPool> pool{std::in_place, *loop, OffloadPool::Options{.threads = 1}};
  WorkerBinding binding{{}, &*pool};
  App app{Options("service.test.options", {})};
  testing::FakeExchange hold{testing::FakeExchange::Setup{{"GET", "/hold"}}};
  bool sealed = false;
  std::atomic<bool> release = false;
  std::atomic<int> ran = 0;
};

TEST_F(OnePoolThread, RequestThatIsGivenUpTakesItsJobBack) {
  app.get("/count", [this] { ++ran; }).offload();
  hold_thread();
  testing::FakeExchange late(testing::FakeExchange::Setup{{"GET", "/count"}});
  start(late, 5s);
  EXPECT_EQ(pool->queued(), 1u);
  EXPECT_EQ(fibers.live(), 2u) << "one for each request";

  clock.advance(4s);
  ASSERT_TRUE(loop->turn(0ms));
  EXPECT_FALSE(late.answered());
  clock.advance(1s);
  ASSERT_TRUE(turn_until([&] { return late.answered(); }));
  EXPECT_EQ(late.take_answer().status, 503);
  EXPECT_FALSE(release) << "the job before it still runs";
  EXPECT_EQ(pool->queued(), 0u);

  release = true;
  testing::FakeExchange next(testing::FakeExchange::Setup{{"GET", "/count"}});
  start(next);
  ASSERT_TRUE(turn_until([&] { return next.answered(); }));
  EXPECT_EQ(ran, 1) << "only the one for which somebody waited";
}

TEST_F(OnePoolThread, RequestThatIsGivenUpWaitsForAJobThatHasBegun) {
  app.get("/x", [this] {
    int value = 0;  // The job refers to this stack.
    svc::offload([&] {
      ++ran;
      while (!release) std::this_thread::yield();
      value = 1;
    });
    return value;
  });
  testing::FakeExchange late(testing::FakeExchange::Setup{{"GET", "/x"}});
  start(late, 5s);
  ASSERT_TRUE(turn_until([this] { return ran == 1; }));
  clock.advance(5s);
  ASSERT_TRUE(loop->turn(10ms));
  EXPECT_FALSE(late.answered());
  release = true;
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 0; }));
  EXPECT_EQ(late.take_answer().status, 503);
}

TEST_F(OnePoolThread, CancellationReachesAJobThatAsksTheLoop) {
  std::atomic<bool> unwound = false;
  app.get("/x",
          [&] {
            try {
              ++ran;
              svc::sleep_for(1h);
            } catch (const Cancelled&) {
              unwound = true;
              throw;
            }
          })
      .offload();
  testing::FakeExchange late(testing::FakeExchange::Setup{{"GET", "/x"}});
  start(late, 5s);
  ASSERT_TRUE(turn_until([this] { return ran == 1; }));
  clock.advance(5s);
  ASSERT_TRUE(turn_until([&] { return late.answered(); }));
  EXPECT_EQ(late.take_answer().status, 503);
  EXPECT_TRUE(unwound);
}

TEST_F(OnePoolThread, WorkOfADestructorIsDoneAlsoForACancelledRequest) {
  hold_thread();
  std::string end;
  ASSERT_TRUE(fibers.spawn([&] {
    struct Undo {
      std::atomic<int>& ran;
      ~Undo() {
        svc::offload([this] { ++ran; });
      }
    };
    Fiber::current()->set_deadline(clock.now() + 5s);
    try {
      const Undo undo{ran};
      svc::sleep_for(1h);
    } catch (const Cancelled&) {
      end = "cancelled";
    }
  }));
  clock.advance(5s);
  ASSERT_TRUE(turn_until([&] { return pool->queued() == 1; }));
  release = true;
  ASSERT_TRUE(turn_until([&] { return !end.empty(); }));
  EXPECT_EQ(ran, 1);
}

// The loop does not turn any more: neither the job nor its request may hold up the end.
TEST_F(OnePoolThread, TheEndOfThePoolEndsAJobThatSleeps) {
  std::atomic<bool> sleeping = false;
  std::string end;
  ASSERT_TRUE(fibers.spawn([&] {
    try {
      svc::offload([&] {
        sleeping = true;
        svc::sleep_for(1h);
      });
    } catch (const Cancelled&) {
      end = "cancelled";
    }
  }));
  ASSERT_TRUE(turn_until([&] { return sleeping.load(); }));
  pool.reset();
  EXPECT_EQ(end, "cancelled");
}

TEST(Client, GivesUpOnAHandlerThatSleepsInThePoolAndGoesOn) {
  bool unwound = false;
  Client client([&](App& app) {
    app.get("/x", [&] {
      try {
        svc::offload([] { svc::sleep_for(1h); });
      } catch (const Cancelled&) {
        unwound = true;
        throw;
      }
    });
    app.get("/ok", [] { return 1; });
  });
  client.set_patience(20ms);
  EXPECT_THROW(client.get("/x"), std::runtime_error);
  EXPECT_TRUE(unwound);
  client.set_patience(30s);
  EXPECT_EQ(client.get("/ok").body, "1");
}

}  // namespace
}  // namespace svc
