// What a handler's end means for its client: exceptions, cancellation, handlers that can't be
// interrupted.
#include "core/http/exchange.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "core/http/connection.h"
#include "server_support.h"

namespace svc {
namespace {

TEST(ExchangeRun, AnswersWhateverTheHandlerThrowsWith500) {
  TestServer server;
  server.app.on("/std", [](Exchange&) { throw std::runtime_error("no luck"); });
  server.app.on("/int", [](Exchange&) { throw 42; });
  server.app.on("/none", [](Exchange&) {});
  server.app.on("/odd", [](Exchange& x) { x.respond(ResponseHead(99), ""); });
  TestClient client = server.connect();
  for (const std::string_view path : {"/std", "/int", "/none", "/odd"}) {
    const auto answer = client.ask(get(path));
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 500) << path;
    EXPECT_EQ(answer->body.find("no luck"), std::string::npos) << "that's for the log";
  }
  EXPECT_EQ(client.ask(get("/hello"))->body, "hello") << "the connection is none the worse";
}

TEST(ExchangeRun, ASecondAnswerIsTheHandlersErrorAndNotTheClients) {
  TestServer server;
  server.app.on("/twice", [](Exchange& x) {
    x.respond(ResponseHead(200), "first");
    x.respond(ResponseHead(200), "second");
  });
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(get("/twice"))->body, "first");
  EXPECT_EQ(client.ask(get("/hello"))->body, "hello");
}

TEST(ExchangeRun, CutsAnAnswerThatCannotBecomeComplete) {
  TestServer server;
  server.app.on("/throws", [](Exchange& x) {
    x.begin(ResponseHead(200));
    x.write("half");
    throw std::runtime_error("no luck");
  });
  server.app.on("/short", [](Exchange& x) {
    x.begin(ResponseHead(200), 10);
    x.write("half");
  });
  server.app.on("/long", [](Exchange& x) {
    x.begin(ResponseHead(200), 2);
    x.write("more");
  });
  for (const std::string_view request :
       {"GET /throws HTTP/1.1\r\nHost: x\r\n\r\n", "GET /throws HTTP/1.0\r\n\r\n",
        "GET /short HTTP/1.1\r\nHost: x\r\n\r\n", "GET /long HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    TestClient client = server.connect();
    ASSERT_TRUE(client.send(request));
    EXPECT_TRUE(client.ended()) << request;
    EXPECT_TRUE(client.was_reset()) << request;
    EXPECT_EQ(client.inbox().find("\r\n0\r\n"), std::string::npos) << request;
  }
  EXPECT_EQ(server.slot.requests_failed.get(), 4u);
}

TEST(ExchangeRun, CancelsAtTheDeadlineAndAnswers503) {
  TestServer server;
  RoutePlan quick;
  quick.deadline = 2s;
  const auto sleep = [](Exchange& x) {
    this_fiber::sleep_for(60s);
    x.respond(ResponseHead(200), "late");
  };
  server.app.on("/quick", sleep, quick);
  server.app.on("/usual", sleep);
  TestClient one = server.connect();
  TestClient two = server.connect();
  ASSERT_TRUE(one.send(get("/quick")));
  ASSERT_TRUE(two.send(get("/usual")));
  server.settle();
  server.pass(2s);
  auto answer = one.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_NE(answer->field("Retry-After"), "");
  server.settle();
  EXPECT_FALSE(two.receive());
  server.pass(28s);
  answer = two.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
}

// A handler that awaits a pool thread can't be unwound; the client needn't wait for that.
TEST(ExchangeRun, AnswersForAHandlerThatCannotBeInterrupted) {
  TestServer server;
  Fiber* parked = nullptr;
  std::string seen;
  server.app.on("/parked", [&](Exchange& x) {
    parked = Fiber::current();
    const std::string_view path = x.head().path;
    parked->suspend_uncancellable();
    seen = path;  // Still valid, though its connection is gone.
    parked = nullptr;
    x.respond(ResponseHead(200), "nobody reads this");
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/parked")));
  server.settle();
  server.pass(30s);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(client.ended());
  client.close();
  ASSERT_TRUE(server.until([&] { return server.server->connections() == 0; }));
  EXPECT_EQ(server.server->in_flight(), 1u) << "the handler still runs";
  ASSERT_NE(parked, nullptr);
  TestClient other = server.connect();  // Would be lent the same workspace if that were free.
  EXPECT_EQ(other.ask(get("/hello"))->body, "hello");
  parked->resume();
  EXPECT_EQ(server.server->in_flight(), 0u);
  EXPECT_EQ(seen, "/parked");
  EXPECT_EQ(other.ask(get("/hello"))->body, "hello");
}

TEST(ExchangeRun, DetachesAHandlerThatCannotBeInterruptedFromAClientThatHasGone) {
  TestServer server;
  Fiber* parked = nullptr;
  bool threw = false;
  server.app.on("/parked", [&](Exchange& x) {
    x.begin(ResponseHead(200));
    parked = Fiber::current();
    parked->suspend_uncancellable();
    try {
      x.write("anything");
    } catch (const Cancelled& cancelled) {
      threw = cancelled.reason == CancelReason::client_gone;
      throw;
    }
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/parked")));
  server.settle();
  client.reset();
  ASSERT_TRUE(server.until([&] { return server.server->connections() == 0; }));
  EXPECT_EQ(server.server->in_flight(), 1u);
  parked->resume();
  EXPECT_EQ(server.server->in_flight(), 0u);
  EXPECT_TRUE(threw);
}

TEST(ExchangeRun, AnAnswerIsNotHeldBackByAHandlerThatGoesOnWorking) {
  TestServer server;
  bool ended = false;
  server.app.on("/early", [&](Exchange& x) {
    this_fiber::sleep_for(1s);
    x.respond(ResponseHead(200), "early");
    this_fiber::sleep_for(1s);
    ended = true;
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/early")));
  server.settle();
  server.pass(1s);
  EXPECT_EQ(client.answer()->body, "early");
  EXPECT_FALSE(ended);
  server.pass(1s);
  EXPECT_TRUE(ended);
  EXPECT_EQ(client.ask(get("/hello"))->body, "hello");
}

}  // namespace
}  // namespace svc
