// Answers that go on until the client leaves, or the worker does.
#include <gtest/gtest.h>

#include <string>

#include "core/http/drain.h"
#include "server_support.h"

namespace svc {
namespace {

struct EndlessAnswer : testing::Test {
  void SetUp() override {
    RoutePlan plan;
    plan.endless = true;
    plan.deadline = std::chrono::milliseconds(0);
    server.app.on(
        "/ticks",
        [this](Exchange& exchange) {
          exchange.begin(ResponseHead());
          exchange.write("begun|");
          running = &exchange;
          try {
            this_fiber::sleep_for(1h);
          } catch (const Cancelled& cancelled) {
            running = nullptr;
            if (cancelled.reason != CancelReason::drain) throw;
          }
          exchange.finish();
        },
        plan);
  }

  TestServer server;
  Exchange* running = nullptr;
};

TEST_F(EndlessAnswer, HasNoDeadline) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/ticks")));
  server.settle();
  server.pass(20min);
  EXPECT_NE(running, nullptr);
}

TEST_F(EndlessAnswer, IsEndedWhenTheDrainBegins) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/ticks")));
  server.settle();
  int drained = 0;
  server.server->drain(server.clock.now() + 25s, [&] { ++drained; });
  server.pass(Drain::kAcceptWindow);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "begun|");
  EXPECT_EQ(server.slot.requests_failed.get(), 0u);
}

// On a connection that is kept for one more request.
TEST_F(EndlessAnswer, IsEndedAtOnceWhenItComesLate) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  server.server->drain(server.clock.now() + 25s, [] {});
  server.pass(Drain::kAcceptWindow);
  const auto answer = client.ask(get("/ticks"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "begun|");
}

TEST_F(EndlessAnswer, TakesSmallPartsFromTheLoopsOwnStack) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/ticks")));
  server.settle();
  ASSERT_NE(running, nullptr);
  EXPECT_TRUE(running->try_write("beat|"));
  EXPECT_TRUE(server.until([&] {
    return client.receive() && client.inbox().find("5\r\nbeat|\r\n") != std::string::npos;
  }));
}

TEST_F(EndlessAnswer, TakesNoPartsForAClientThatIsBehind) {
  TestClient client = server.connect(4096);
  ASSERT_TRUE(client.send(get("/ticks")));
  server.settle();
  ASSERT_NE(running, nullptr);
  const std::string part(64 * 1024, 'x');
  int taken = 0;
  while (taken < 1000 && running->try_write(part)) {
    ++taken;
    server.settle();
  }
  EXPECT_LT(taken, 1000);
}

TEST_F(EndlessAnswer, ThatIsNotFinishedIsCutWhenTheClientLeaves) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/ticks")));
  server.settle();
  client.reset();
  EXPECT_TRUE(server.until([&] { return running == nullptr; }));
  EXPECT_EQ(server.slot.requests_failed.get(), 1u);
}

}  // namespace
}  // namespace svc
