#include "core/http/drain.h"

#include <gtest/gtest.h>

#include "server_support.h"

namespace svc {
namespace {

struct DrainTest : testing::Test {
  void drain(Duration within = 25s) {
    server.server->drain(server.clock.now() + within, [this] { ++drained; });
  }
  void begin_slow(TestClient& client, Duration lasts = 10s) {
    server.app.on("/slow", [lasts](Exchange& x) {
      this_fiber::sleep_for(lasts);
      x.respond(ResponseHead(200), "done");
    });
    ASSERT_TRUE(client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    ASSERT_TRUE(server.until([&] { return server.server->in_flight() == 1; }));
  }
  TestServer server;
  int drained = 0;
};

TEST_F(DrainTest, IsOverSoonWhenThereIsNothingToFinish) {
  server.listen();
  drain();
  server.settle();
  EXPECT_EQ(drained, 0) << "the queue is looked at first";
  server.pass(Drain::kAcceptWindow);
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(server.slot.draining.get(), 1u);
  server.pass(1min);
  EXPECT_EQ(drained, 1);
}

TEST_F(DrainTest, ServesWhatWaitedInTheQueueAndThenAcceptsNoMore) {
  server.listen();
  Fd queued = server.dial();  // The loop has not turned: nobody has accepted it.
  drain();
  TestClient client(server, std::move(queued));
  const auto answer = client.ask(kHello);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->field("Connection"), "close");
  server.pass(Drain::kAcceptWindow);
  const uint64_t accepted = server.slot.connections_accepted.get();
  Fd late = server.dial();
  ASSERT_TRUE(late) << "the listener is the master's and still open";
  server.settle();
  EXPECT_EQ(server.slot.connections_accepted.get(), accepted);
}

TEST_F(DrainTest, SaysWhenItsListenersMayBeClosed) {
  server.listen();
  int closed = 0;
  server.server->drain(
      server.clock.now() + 5s, [this] { ++drained; }, [&] { ++closed; });
  server.settle();
  EXPECT_EQ(closed, 0);
  server.pass(Drain::kAcceptWindow);
  EXPECT_EQ(closed, 1);
}

TEST_F(DrainTest, MayBeHurriedButNotPutOff) {
  TestClient client = server.connect();
  begin_slow(client, 1min);
  drain(25s);
  server.pass(1s);
  drain(1h);
  drain(500ms);
  server.pass(499ms);
  EXPECT_EQ(server.server->in_flight(), 1u);
  server.pass(1ms);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  server.pass(1s);
  EXPECT_EQ(drained, 1) << "once, whoever asked last";
}

TEST_F(DrainTest, AnIdleConnectionMayAskOnceMore) {
  TestClient asks = server.connect();
  TestClient silent = server.connect();
  ASSERT_TRUE(asks.ask(kHello));
  ASSERT_TRUE(silent.ask(kHello));
  drain();
  server.pass(Drain::kAcceptWindow);
  server.pass(1s);
  const auto answer = asks.ask(kHello);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(asks.ended());
  asks.close();
  server.settle();
  EXPECT_EQ(server.server->connections(), 1u);
  EXPECT_EQ(drained, 0);
  server.pass(1s);
  EXPECT_TRUE(silent.ended());
  server.settle();
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(server.slot.requests_failed.get(), 0u);
}

TEST_F(DrainTest, RequestsInFlightFinishWithConnectionClose) {
  TestClient client = server.connect();
  begin_slow(client);
  drain();
  server.pass(5s);
  EXPECT_EQ(drained, 0);
  server.pass(5s);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "done");
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(client.ended());
  client.close();
  EXPECT_TRUE(server.until([&] { return drained == 1; }));
}

TEST_F(DrainTest, AtTheDeadlineHandlersAreCancelledAndAnswered) {
  TestClient client = server.connect();
  TestClient half = server.connect();
  TestClient body = server.connect();
  begin_slow(client);
  ASSERT_TRUE(half.send("GET /hel"));
  ASSERT_TRUE(body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"));
  server.settle();
  drain(3s);
  server.pass(Drain::kAcceptWindow);
  server.pass(3s - Drain::kAcceptWindow);
  for (TestClient* cancelled : {&client, &body}) {
    const auto answer = cancelled->answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 503);
    EXPECT_NE(answer->field("Retry-After"), "");
    EXPECT_EQ(answer->field("Connection"), "close");
  }
  EXPECT_TRUE(half.ended());
  EXPECT_EQ(server.server->in_flight(), 0u);
  server.pass(Drain::kCutGrace);
  EXPECT_EQ(drained, 1) << "whether the clients have closed or not";
  EXPECT_EQ(server.server->connections(), 0u);
}

TEST_F(DrainTest, AHandlerThatCannotBeInterruptedHoldsItUpNoLongerThanTheDeadline) {
  Fiber* parked = nullptr;
  server.app.on("/parked", [&](Exchange&) {
    parked = Fiber::current();
    parked->suspend_uncancellable();
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("GET /parked HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(server.until([&] { return parked != nullptr; }));
  drain(3s);
  server.pass(Drain::kAcceptWindow);
  server.pass(3s);
  EXPECT_EQ(client.answer()->status, 503);
  server.pass(Drain::kCutGrace);
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(server.server->in_flight(), 1u);
  parked->resume();
  EXPECT_EQ(server.server->in_flight(), 0u);
  server.settle();
  EXPECT_EQ(drained, 1);
}

TEST_F(DrainTest, ADeadlineThatHasPassedEndsEverythingAtOnce) {
  TestClient client = server.connect();
  begin_slow(client);
  drain(0s);
  server.settle();
  server.settle();
  EXPECT_EQ(client.answer()->status, 503);
  server.pass(Drain::kCutGrace);
  EXPECT_EQ(drained, 1);
}

TEST_F(DrainTest, TheServerMayBeDestroyedByItsLastCall) {
  server.listen();
  server.server->drain(server.clock.now() + 5s, [this] {
    ++drained;
    server.server.reset();
  });
  server.pass(Drain::kAcceptWindow);
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(server.server, nullptr);
}

}  // namespace
}  // namespace svc
