// Work in the pool and the way back to the loop: offload.h, pool_bridge.h, Route::offload().
#include "core/sdk/pool_bridge.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/sdk/host.h"
#include "core/sdk/testing/client.h"

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

TEST(Offload, CancelledRequestWaitsForItsJob) {
  std::atomic<bool> ended = false;
  Client client([&](App& app) {
    app.get("/x", [&] {
      int value = 0;  // The job refers to this stack.
      svc::offload([&] {
        std::this_thread::sleep_for(50ms);
        value = 1;
        ended = true;
      });
      return value;
    });
  });
  client.set_deadline(5ms);
  EXPECT_EQ(client.get("/x").status, 503);
  EXPECT_TRUE(ended);
}

TEST(Offload, CancellationReachesAJobThatAsksTheLoop) {
  std::atomic<bool> unwound = false;
  Client client([&](App& app) {
    app.get("/x",
            [&] {
              try {
                svc::sleep_for(1h);
              } catch (const Cancelled&) {
                unwound = true;
                throw;
              }
            })
        .offload();
  });
  client.set_deadline(5ms);
  EXPECT_EQ(client.get("/x").status, 503);
  EXPECT_TRUE(unwound);
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

}  // namespace
}  // namespace svc
