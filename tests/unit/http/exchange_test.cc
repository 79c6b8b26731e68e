#include "core/http/exchange.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "core/http/connection.h"
#include "core/loop/fiber_scope.h"
#include "server_support.h"

namespace svc {
namespace {

RoutePlan streamed() {
  RoutePlan plan;
  plan.body = BodyMode::streamed;
  return plan;
}

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

// Reads a streamed body to its end.
Result<std::string> read_all(Exchange& exchange) {
  std::string all;
  std::array<char, 1000> part;
  for (;;) {
    SVC_TRY(const size_t size, exchange.read(part));
    if (size == 0) return all;
    all.append(part.data(), size);
  }
}

TEST(Exchange, ShowsTheRequestToTheHandler) {
  TestServer server;
  uint64_t first_id = 0;
  server.app.on("/see", [&](Exchange& x) {
    EXPECT_EQ(x.head().query, "a=b");
    EXPECT_EQ(x.head().header("x-one"), "1");
    EXPECT_EQ(x.peer().family(), AF_INET);
    EXPECT_EQ(x.deadline(), server.clock.now() + 30s);
    EXPECT_EQ(server.server->running(), &x);
    EXPECT_EQ(Fiber::current()->label(),
              static_cast<const void*>(static_cast<const Exchange*>(&x)));
    if (first_id == 0)
      first_id = x.id();
    else
      EXPECT_EQ(x.id(), first_id + 1);
    EXPECT_FALSE(x.answered());
    x.respond(ResponseHead(204), "");
    EXPECT_TRUE(x.answered());
  });
  TestClient client = server.connect();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(client.ask("GET /see?a=b HTTP/1.1\r\nHost: x\r\nX-One: 1\r\n\r\n"));
  }
  EXPECT_NE(first_id, 0u);
  EXPECT_EQ(server.server->running(), nullptr);
}

TEST(Exchange, BuffersABodyOfAnyFraming) {
  TestServer server;
  TestClient client = server.connect();
  const std::string body(200'000, 'q');
  auto answer =
      client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + body);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, body);
  answer =
      client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n" +
                 body + "\r\n0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, body);
  answer = client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "");
}

TEST(Exchange, ViewsOfTheHeadStayValidWhileTheBodyComes) {
  TestServer server;
  server.app.on(
      "/sum",
      [](Exchange& x) {
        const std::string_view before = *x.head().header("X-Mark");
        const auto body = read_all(x);
        ASSERT_TRUE(body);
        x.respond(ResponseHead(200), std::string(before) + std::to_string(body->size()));
      },
      streamed());
  TestClient client = server.connect();
  // A head that nearly fills the first buffer: the room for its body must be made before.
  const std::string filler(8000, 'f');
  const std::string head = "POST /sum HTTP/1.1\r\nHost: x\r\nX-Mark: mark\r\nA: " + filler +
                           "\r\nB: " + filler + "\r\nContent-Length: 300000\r\n\r\n";
  ASSERT_TRUE(client.send(head));
  server.settle();
  const auto answer = client.ask(std::string(300'000, 'b'));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "mark300000");
}

TEST(Exchange, StreamsABodyToTheHandlerAsItComes) {
  TestServer server;
  std::string seen;
  server.app.on(
      "/in",
      [&](Exchange& x) {
        std::array<char, 10> part;
        for (;;) {
          const auto size = x.read(part);
          ASSERT_TRUE(size);
          if (*size == 0) break;
          seen.append(part.data(), *size);
        }
        ASSERT_EQ(x.trailers().size(), 1u);
        x.respond(ResponseHead(200), std::string(x.trailers()[0].value));
      },
      streamed());
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(
      "POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
  ASSERT_TRUE(server.until([&] { return seen == "abc"; }));
  ASSERT_TRUE(client.send("10\r\n0123456789abcdef\r\n"));
  ASSERT_TRUE(server.until([&] { return seen == "abc0123456789abcdef"; }));
  const auto answer = client.ask("0\r\nX-Sum: 19\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "19");
}

TEST(Exchange, SendsContinueOnlyWhenTheHandlerWantsTheBody) {
  TestServer server;
  bool read = false;
  server.app.on(
      "/lazy",
      [&](Exchange& x) {
        this_fiber::sleep_for(1s);
        read = true;
        const auto body = read_all(x);
        x.respond(ResponseHead(200), body ? *body : "?");
      },
      streamed());
  const std::string expect = "Host: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /lazy HTTP/1.1\r\n" + expect));
  server.settle();
  EXPECT_FALSE(client.receive());
  server.pass(1s);
  EXPECT_EQ(client.answer()->status, 100);
  EXPECT_TRUE(read);
  EXPECT_EQ(client.ask("abc")->body, "abc");

  // Buffered: as soon as the head has passed.
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\n" + expect)->status, 100);
  EXPECT_EQ(client.ask("xyz")->body, "xyz");

  // Not if the body has come already.
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\n" + expect + "123")->body, "123");

  // Nobody wants it: the answer, and then nobody knows whether a body will follow.
  const auto answer = client.ask("POST /none HTTP/1.1\r\n" + expect);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Exchange, RefusesATooLargeBodyBeforeContinue) {
  TestServer server;
  TestClient client = server.connect();
  const auto answer = client.ask(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->field("Content-Type"), "application/problem+json");
}

TEST(Exchange, TellsAStreamingHandlerOfABodyThatIsTooLargeOrBroken) {
  TestServer server;
  std::errc code{};
  RoutePlan plan = streamed();
  plan.body_max = 10;
  server.app.on(
      "/in",
      [&](Exchange& x) {
        const auto body = read_all(x);
        ASSERT_FALSE(body);
        code = body.error().code;
      },
      plan);
  const std::string head = "POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  struct Case {
    std::string_view body;
    std::errc code;
    int status;
  };
  for (const Case& c : {Case{"5\r\nabcde\r\n6\r\nabcdef\r\n", std::errc::message_size, 413},
                        Case{"5\r\nabcdeX", std::errc::protocol_error, 400}}) {
    TestClient client = server.connect();
    const auto answer = client.ask(head + std::string(c.body));
    ASSERT_TRUE(answer) << c.body;
    EXPECT_EQ(answer->status, c.status) << "left to the server, the error has its own status";
    EXPECT_EQ(code, c.code);
    EXPECT_TRUE(client.ended());
  }
}

TEST(Exchange, AnswersHeadWithTheLengthAndWithoutTheBody) {
  TestServer server;
  server.app.on("/parts", [](Exchange& x) {
    x.begin(ResponseHead(200), 3);
    x.write("abc");
    x.finish();
  });
  TestClient client = server.connect();
  for (const std::string_view path : {"/hello", "/parts"}) {
    const auto answer = client.ask("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->field("Content-Length"), path == "/hello" ? "5" : "3");
    server.settle();
    EXPECT_FALSE(client.receive());
  }
}

TEST(Exchange, SendsNoBodyWhereNoneMayBe) {
  TestServer server;
  server.app.on("/204", [](Exchange& x) { x.respond(ResponseHead(204), "surplus"); });
  server.app.on("/304", [](Exchange& x) { x.respond(ResponseHead(304), "surplus"); });
  server.app.on("/begun", [](Exchange& x) {
    x.begin(ResponseHead(204));
    x.write("surplus");
  });
  TestClient client = server.connect();
  for (const std::string_view path : {"/204", "/304", "/begun"}) {
    const auto answer = client.ask(get(path));
    ASSERT_TRUE(answer) << path;
    EXPECT_FALSE(answer->has("Transfer-Encoding")) << path;
    EXPECT_EQ(client.ask(get("/hello"))->body, "hello") << path;
  }
}

TEST(Exchange, SendsEachPartAtOnce) {
  TestServer server;
  server.app.on("/parts", [](Exchange& x) {
    x.begin(ResponseHead(200));
    for (const std::string_view part : {"one", "two", "three"}) {
      this_fiber::sleep_for(1s);
      x.write(part);
    }
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/parts")));
  ASSERT_TRUE(server.until([&] { return client.receive(); })) << "the head doesn't wait either";
  EXPECT_TRUE(client.inbox().ends_with("\r\n\r\n"));
  for (const std::string_view part : {"one", "two", "three"}) {
    server.pass(1s);
    while (client.receive()) {
    }
    EXPECT_NE(client.inbox().find(part), std::string::npos);
  }
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "onetwothree");
  EXPECT_EQ(client.ask(get("/hello"))->body, "hello");
}

TEST(Exchange, SuspendsAWriterWhoseClientIsSlow) {
  TestServer server;
  size_t written = 0;
  server.app.on("/flood", [&](Exchange& x) {
    x.begin(ResponseHead(200));
    for (int i = 0; i < 1500; ++i) {
      x.write(std::string(10'000, 'f'));
      written += 10'000;
    }
  });
  TestClient client = server.connect(8 * 1024);
  ASSERT_TRUE(client.send(get("/flood")));
  for (int i = 0; i < 200; ++i) server.turn();
  const size_t stopped = written;
  EXPECT_LT(stopped, 12'000'000u) << "the kernel's buffers and the high-water mark bound it";
  server.settle();
  EXPECT_EQ(written, stopped);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 15'000'000u);
}

TEST(Exchange, EndsTheBodyOfAnHttp10AnswerWithTheConnection) {
  TestServer server;
  server.app.on("/parts", [](Exchange& x) {
    x.begin(ResponseHead(200));
    x.write("one");
    x.write("two");
  });
  TestClient client = server.connect();
  const auto answer = client.ask("GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "onetwo");
  EXPECT_FALSE(answer->has("Transfer-Encoding"));
  EXPECT_TRUE(client.ended());
  EXPECT_FALSE(client.was_reset());
}

TEST(Exchange, SendsTrailersOnlyToThoseWhoAskForThem) {
  TestServer server;
  server.app.on("/sum", [](Exchange& x) {
    x.begin(ResponseHead(200));
    x.write("x");
    const std::pair<std::string, std::string> trailers[] = {{"X-Sum", "1"}};
    x.finish(trailers);
  });
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(get("/sum"))->trailers, "");
  const auto answer =
      client.ask("GET /sum HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
  EXPECT_EQ(answer->trailers, "X-Sum: 1\n");
}

TEST(Exchange, AnswersWhateverTheHandlerThrowsWith500) {
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

TEST(Exchange, ASecondAnswerIsTheHandlersErrorAndNotTheClients) {
  TestServer server;
  server.app.on("/twice", [](Exchange& x) {
    x.respond(ResponseHead(200), "first");
    x.respond(ResponseHead(200), "second");
  });
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(get("/twice"))->body, "first");
  EXPECT_EQ(client.ask(get("/hello"))->body, "hello");
}

TEST(Exchange, CutsAnAnswerThatCannotBecomeComplete) {
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

TEST(Exchange, CancelsAtTheDeadlineAndAnswers503) {
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
TEST(Exchange, AnswersForAHandlerThatCannotBeInterrupted) {
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

TEST(Exchange, DetachesAHandlerThatCannotBeInterruptedFromAClientThatHasGone) {
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

TEST(Exchange, AnAnswerIsNotHeldBackByAHandlerThatGoesOnWorking) {
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

// A child of the handler's fiber may be the one that reads or writes.
TEST(Exchange, WakesTheFiberThatWaitsWhicheverItIs) {
  TestServer server;
  server.app.on(
      "/child",
      [](Exchange& x) {
        FiberScope scope;
        std::string body;
        ASSERT_TRUE(scope.spawn([&] { body = read_all(x).value_or("?"); }));
        scope.join();
        x.respond(ResponseHead(200), std::move(body));
      },
      streamed());
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /child HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc"));
  server.settle();
  const auto answer = client.ask("def");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "abcdef");
}

// A wait that was cancelled is over, even if the handler goes on without suspending cancellably.
TEST(Exchange, AnOldWaitWakesNobody) {
  TestServer server;
  RoutePlan plan = streamed();
  plan.deadline = 10s;
  Fiber* parked = nullptr;
  bool woken = false;
  server.app.on(
      "/stubborn",
      [&](Exchange& x) {
        std::array<char, 10> part;
        try {
          (void)x.read(part);
        } catch (const Cancelled&) {
          parked = Fiber::current();
          parked->suspend_uncancellable();
          woken = true;
          throw;
        }
      },
      plan);
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /stubborn HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"));
  server.settle();
  server.pass(10s);
  ASSERT_NE(parked, nullptr);
  client.send("123456789");
  server.settle();
  EXPECT_FALSE(woken);
  parked->resume();
  EXPECT_TRUE(woken);
}

TEST(Exchange, EchoesAStreamInBothDirectionsAtOnce) {
  TestServer server;
  server.app.on(
      "/pipe",
      [](Exchange& x) {
        x.begin(ResponseHead(200));
        std::array<char, 4096> part;
        for (;;) {
          const auto size = x.read(part);
          if (!size || *size == 0) return;
          x.write({part.data(), *size});
        }
      },
      [] {
        RoutePlan plan = streamed();
        plan.body_max = 100'000'000;
        return plan;
      }());
  TestClient client = server.connect();
  std::string sent;
  ASSERT_TRUE(client.send("POST /pipe HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n"));
  for (int i = 0; i < 50; ++i) {
    const std::string part(100'000, static_cast<char>('a' + i % 26));
    sent += part;
    ASSERT_TRUE(client.send(part));
    while (client.receive()) {
    }
  }
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, sent);
  EXPECT_EQ(client.ask(get("/hello"))->body, "hello");
}

}  // namespace
}  // namespace svc
