// Request bodies as handlers get them: buffered, streamed, asked for with 100 Continue.
#include "core/http/exchange.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
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

TEST(ExchangeBody, BuffersABodyOfAnyFraming) {
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

TEST(ExchangeBody, ViewsOfTheHeadStayValidWhileTheBodyComes) {
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

TEST(ExchangeBody, StreamsABodyToTheHandlerAsItComes) {
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

TEST(ExchangeBody, SendsContinueOnlyWhenTheHandlerWantsTheBody) {
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

// An interim answer inside the final one would be taken for a part of it.
TEST(ExchangeBody, AnAnswerThatBeginsBeforeTheBodyIsReadHasContinueBeforeItsHead) {
  TestServer server;
  server.app.on(
      "/pipe",
      [](Exchange& x) {
        x.begin(ResponseHead(200));
        x.write("before ");
        const auto body = read_all(x);
        x.write(body ? *body : "?");
      },
      streamed());
  const std::string head = "POST /pipe HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n";
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(head + "Expect: 100-continue\r\n\r\n"));
  ASSERT_TRUE(server.until([&] {
    client.receive();
    return client.inbox().ends_with("before \r\n");
  }));
  EXPECT_TRUE(client.inbox().starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
      << client.inbox();
  ASSERT_TRUE(client.send("abc"));
  ASSERT_TRUE(server.until([&] {
    client.receive();
    return client.inbox().ends_with("\r\n0\r\n\r\n");
  }));
  EXPECT_TRUE(client.inbox().ends_with("\r\n\r\n7\r\nbefore \r\n3\r\nabc\r\n0\r\n\r\n"))
      << client.inbox();
  EXPECT_EQ(client.answer()->status, 100);
  EXPECT_EQ(client.answer()->field("Connection"), "");

  // The same connection: a client that sends at once, or doesn't ask, is not told anything.
  for (const std::string_view rest : {"Expect: 100-continue\r\n\r\nxyz", "\r\nxyz"}) {
    const auto answer = client.ask(head + std::string(rest));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "before xyz");
  }
  EXPECT_EQ(server.slot.answers[1].get(), 1u);
}

TEST(ExchangeBody, NothingIsReadOrAskedForAfterAnAnswerThatCameInsteadOfContinue) {
  TestServer server;
  std::optional<std::errc> code;
  server.app.on(
      "/no",
      [&](Exchange& x) {
        x.respond(ResponseHead(403), "no");
        const auto body = read_all(x);
        ASSERT_FALSE(body);
        code = body.error().code;
      },
      streamed());
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(
      "POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
  ASSERT_TRUE(client.ended());  // Nobody can say whether a body will follow.
  EXPECT_EQ(code, std::errc::invalid_argument);
  EXPECT_TRUE(client.inbox().starts_with("HTTP/1.1 403 Forbidden\r\n")) << client.inbox();
  EXPECT_TRUE(client.inbox().ends_with("\r\n\r\nno")) << client.inbox();
  EXPECT_NE(client.inbox().find("\r\nConnection: close\r\n"), std::string::npos);
}

TEST(ExchangeBody, RefusesATooLargeBodyBeforeContinue) {
  TestServer server;
  TestClient client = server.connect();
  const auto answer = client.ask(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->field("Content-Type"), "application/problem+json");
}

TEST(ExchangeBody, TellsAStreamingHandlerOfABodyThatIsTooLargeOrBroken) {
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

// A child of the handler's fiber may be the one that reads or writes.
TEST(ExchangeBody, WakesTheFiberThatWaitsWhicheverItIs) {
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
TEST(ExchangeBody, AnOldWaitWakesNobody) {
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

TEST(ExchangeBody, EchoesAStreamInBothDirectionsAtOnce) {
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
