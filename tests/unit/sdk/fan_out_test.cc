// Several things at once in one handler: svc::all, svc::Group, and that nothing outlives them.
#include "core/sdk/fan_out.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/loop/fiber.h"
#include "core/sdk/offload.h"
#include "core/sdk/testing/client.h"
#include "tests/unit/sdk/captured_log.h"

namespace svc {
namespace {

using testing::Client;

// A handler in a test's worker; what it returns is the answer.
template <class Handler>
testing::Answer fan_out(Handler handler, bool in_pool = false) {
  Client client([&](App& app) {
    Route& route = app.get("/", handler);
    if (in_pool) route.offload();
  });
  return client.get("/");
}

TEST(All, GivesTheResultsInTheOrderOfTheFunctions) {
  const auto answer = fan_out([] {
    auto [a, b, c] = svc::all(
        [] {
          svc::sleep_for(20ms);
          return std::string("slow");
        },
        [] { return 7; }, [] {});
    static_assert(std::is_same_v<decltype(c), std::monostate>);
    return a + std::to_string(b);
  });
  EXPECT_EQ(answer.body, "slow7");
}

TEST(All, TakesTheTimeOfTheSlowest) {
  Client client(
      [](App& app) {
        app.get("/", [] {
          const Instant begin = svc::now();
          svc::all([] { svc::sleep_for(100ms); }, [] { svc::sleep_for(200ms); },
                   [] { svc::sleep_for(100ms); });
          return (svc::now() - begin) / 1ms;
        });
      },
      {.fake_time = true});
  EXPECT_EQ(client.get("/").body, "200");
}

TEST(All, AnExceptionCancelsTheOthersAndIsThrown) {
  bool unwound = false;
  const auto answer = fan_out([&]() -> std::string {
    struct Mark {
      bool& flag;
      ~Mark() { flag = true; }
    };
    try {
      svc::all(
          [&] {
            const Mark mark{unwound};
            svc::sleep_for(1h);
          },
          []() -> int { throw Problem(418); });
    } catch (const Problem& problem) {
      return std::to_string(problem.status()) + (unwound ? " unwound" : " running");
    }
    return "nothing";
  });
  EXPECT_EQ(answer.body, "418 unwound");
}

TEST(All, WorksInPoolThreads) {
  const auto answer = fan_out(
      [] {
        auto [a, b] = svc::all(
            [] {
              svc::sleep_for(1ms);
              return std::string(Fiber::current() != nullptr ? "loop" : "pool");
            },
            [] { return std::string("two"); });
        return a + b;
      },
      true);
  EXPECT_EQ(answer.body, "looptwo");
}

TEST(All, RunsOneAfterTheOtherWithoutARequest) {
  const auto [a, b] = svc::all([] { return 1; }, [] { return 2; });
  EXPECT_EQ(a + b, 3);
}

TEST(All, OfARangeRunsSoManyAtATime) {
  const auto answer = fan_out([] {
    size_t running = 0, most = 0;
    std::vector<std::function<size_t()>> functions;
    for (size_t i = 0; i < 20; ++i) {
      functions.push_back([&, i] {
        most = std::max(most, ++running);
        svc::sleep_for(2ms);
        --running;
        return i;
      });
    }
    const std::vector<size_t> results = svc::all(functions, 4);
    std::string text = std::to_string(most) + ":";
    for (const size_t result : results) text += std::to_string(result);
    return text;
  });
  EXPECT_EQ(answer.body, "4:012345678910111213141516171819");
}

TEST(All, ADeadlineEndsAllOfThem) {
  Client client([](App& app) {
    app.get("/", [] { svc::all([] { svc::sleep_for(1h); }, [] { svc::sleep_for(1h); }); });
  });
  client.set_deadline(20ms);
  EXPECT_EQ(client.get("/").status, 503);
}

TEST(Group, TheDestructorCancelsAndJoins) {
  const auto answer = fan_out([] {
    std::string order;
    struct Mark {
      std::string& order;
      ~Mark() { order += "child "; }
    };
    {
      Group group;
      group.spawn([&] {
        const Mark mark{order};
        svc::sleep_for(1h);
      });
      svc::sleep_for(1ms);
    }
    return order + "handler";
  });
  EXPECT_EQ(answer.body, "child handler");
}

TEST(Group, WaitsForChildrenOfChildren) {
  const auto answer = fan_out([] {
    int sum = 0;
    Group group;
    group.spawn([&] {
      ++sum;
      group.spawn([&] {
        svc::sleep_for(1ms);
        ++sum;
      });
    });
    group.wait();
    return std::to_string(sum) + std::to_string(group.running());
  });
  EXPECT_EQ(answer.body, "20");
}

TEST(Group, WorksInPoolThreads) {
  const auto answer = fan_out(
      [] {
        int sum = 0;
        Group group;
        for (int i = 1; i <= 3; ++i) group.spawn([&sum, i] { sum += i; });
        group.wait();
        return std::to_string(sum);
      },
      true);
  EXPECT_EQ(answer.body, "6");
}

TEST(Group, WaitThrowsWhatAChildThrew) {
  const auto answer = fan_out([] {
    Group group;
    group.spawn([] { throw Problem(409); });
    group.wait();
  });
  EXPECT_EQ(answer.status, 409);
}

TEST(Group, TellsOfAFailureThatNobodyWaitsFor) {
  testing::CapturedLog captured;
  bool ran = false;
  EXPECT_EQ(fan_out([&] {
              Group group;
              group.spawn([] { throw std::runtime_error("the first one"); });
              svc::sleep_for(1ms);
              group.spawn([&] {
                svc::sleep_for(1ms);
                ran = true;
              });
              svc::sleep_for(5ms);
            }).status,
            204);
  const std::string log = captured.take();
  EXPECT_FALSE(ran);
  const size_t told = log.find("nobody has called wait()");
  ASSERT_NE(told, std::string::npos) << log;
  EXPECT_NE(log.find("the first one"), std::string::npos) << log;
  EXPECT_EQ(log.find("nobody has called wait()", told + 1), std::string::npos) << log;
}

}  // namespace
}  // namespace svc
