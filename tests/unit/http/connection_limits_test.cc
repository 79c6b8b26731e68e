// Every bound and every time limit of limits.h, with what the client gets when it is exceeded.
// Those of the parser alone (lines, fields, counts) have their own tests; here they come back as
// answers of a connection that then closes.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

#include "core/http/connection.h"
#include "server_support.h"

namespace svc {
namespace {

TEST(ConnectionLimits, RefusalsCloseTheConnectionAndNothingBehindThemIsAnswered) {
  struct Case {
    std::string request;
    int status;
  };
  const std::string host = "Host: x\r\n";
  const std::string long_text(9000, 'l');
  std::string many = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 101; ++i) many += fmt::format("H{}: 1\r\n", i);
  std::string much = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 5; ++i) much += fmt::format("H{}: {}\r\n", i, std::string(8000, 'h'));
  const Case cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET /" + long_text + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"GET / HTTP/1.1\r\n" + host + "A: " + long_text + "\r\n\r\n", 431},
      {many + "\r\n", 431},
      {much + "\r\n", 431},
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", 501},
      {"POST /echo HTTP/1.1\r\n" + host + "Content-Length: 3\r\nExpect: tea\r\n\r\n", 417},
      {"POST /echo HTTP/1.1\r\n" + host + "Content-Length: 1048577\r\n\r\n", 413},
      {"POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n100001\r\n", 413},
      {"POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
  };
  TestServer server;
  for (const Case& c : cases) {
    TestClient client = server.connect();
    const auto answer = client.ask(c.request + std::string(kHello));
    ASSERT_TRUE(answer) << c.status;
    EXPECT_EQ(answer->status, c.status) << c.request.substr(0, 100);
    EXPECT_EQ(answer->field("Connection"), "close");
    EXPECT_EQ(answer->field("Content-Type"), "application/problem+json");
    EXPECT_TRUE(client.ended());
    EXPECT_FALSE(client.was_reset()) << c.status;
    EXPECT_EQ(client.inbox(), "") << "nothing behind a refusal is answered";
  }
}

TEST(ConnectionLimits, AHeadThatNeverEndsIsRefused) {
  TestServer server;
  TestClient line = server.connect();
  line.send("GET /" + std::string(100'000, 'a'));
  EXPECT_EQ(line.answer()->status, 414);
  TestClient fields = server.connect();
  std::string much = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 90; ++i) much += fmt::format("H{}: {}\r\n", i, std::string(1000, 'h'));
  fields.send(much);
  EXPECT_EQ(fields.answer()->status, 431);
}

TEST(ConnectionLimits, AHeadAsLargeAsAllowedIsServed) {
  TestServer server;
  TestClient client = server.connect();
  std::string head = "GET /hello?" + std::string(8000, 'q') + " HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 4; ++i) head += fmt::format("H{}: {}\r\n", i, std::string(7900, 'h'));
  const auto answer = client.ask(head + "\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST(ConnectionLimits, HeaderTimeoutRunsFromTheFirstByteInTotal) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("G"));
  server.settle();
  for (int second = 0; second < 14; ++second) {
    server.pass(1s);
    ASSERT_TRUE(client.send("E"));  // Every byte in time, and yet too slow.
    server.settle();
    ASSERT_FALSE(client.receive()) << second;
  }
  server.pass(1s);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(ConnectionLimits, IdleConnectionsAreClosedWithoutAWord) {
  TestServer server;
  TestClient fresh = server.connect();
  TestClient used = server.connect();
  server.pass(70s);
  ASSERT_TRUE(used.ask(kHello));
  server.settle();
  server.pass(5s);
  EXPECT_TRUE(fresh.ended());
  EXPECT_EQ(fresh.inbox(), "");
  EXPECT_EQ(server.server->connections(), 1u);
  server.pass(70s);
  EXPECT_TRUE(used.ended());
  EXPECT_EQ(used.inbox(), "");
  EXPECT_EQ(server.slot.requests_failed.get(), 0u);
}

// However they come: in one piece, or in many with pauses.
TEST(ConnectionLimits, EmptyLinesNeitherKeepAConnectionNorComeWithoutEnd) {
  TestServer server;
  for (const bool served_before : {false, true}) {
    TestClient many = server.connect();
    TestClient slow = server.connect();
    if (served_before) {
      ASSERT_TRUE(many.ask(kHello) && slow.ask(kHello));
    }
    for (int i = 0; i < 8; ++i) {
      ASSERT_TRUE(many.send("\r\n"));
      server.settle();
      EXPECT_FALSE(many.receive());
    }
    EXPECT_EQ(many.ask("\r\n")->status, 400);
    for (int i = 0; i < 7; ++i) {
      server.pass(10s);
      ASSERT_TRUE(slow.send("\r\n"));
      server.settle();
    }
    server.pass(5s);
    EXPECT_TRUE(slow.ended());
    EXPECT_EQ(slow.inbox(), "");
  }
  TestClient client = server.connect();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(client.send("\r\n\r\n"));
    server.settle();
    EXPECT_EQ(client.ask(kHello)->body, "hello") << "each request has its own";
  }
}

TEST(ConnectionLimits, WithoutKeepAliveAClientStillHasTimeForItsRequest) {
  HttpLimits limits;
  limits.keepalive_timeout = 0ms;
  TestServer server(limits);
  TestClient asks = server.connect();
  TestClient silent = server.connect();
  server.pass(14s);
  const auto answer = asks.ask(kHello);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(asks.ended());
  server.pass(1s);
  EXPECT_TRUE(silent.ended());
  EXPECT_EQ(silent.inbox(), "");
}

TEST(ConnectionLimits, BodyTimeoutIsTheLongestGap) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"));
  server.settle();
  for (int i = 0; i < 3; ++i) {
    server.pass(29s);
    ASSERT_TRUE(client.send(std::string(20'000, 'b')));
    server.settle();
    ASSERT_FALSE(client.receive()) << i;
  }
  server.pass(30s);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(client.ended());
}

TEST(ConnectionLimits, ABodyMustComeAtTheLeastRate) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"));
  server.settle();
  int seconds = 0;
  for (; seconds < 60; ++seconds) {
    server.pass(1s);
    ASSERT_TRUE(client.send(std::string(400, 'b')));
    server.settle();
    if (client.receive()) break;
  }
  EXPECT_GE(seconds, 29);
  EXPECT_LE(seconds, 31);
  EXPECT_EQ(client.answer()->status, 408);
}

TEST(ConnectionLimits, AStreamedBodyIsTimedOnlyWhileTheHandlerWaitsForIt) {
  HttpLimits limits;
  limits.request_timeout = 10min;
  TestServer server(limits);
  std::errc code{};
  RoutePlan plan;
  plan.body = BodyMode::streamed;
  server.app.on(
      "/in",
      [&](Exchange& x) {
        std::array<char, 100> part;
        this_fiber::sleep_for(2min);  // Its own time.
        for (;;) {
          const auto size = x.read(part);
          if (!size) code = size.error().code;
          if (!size || *size == 0) return;
        }
      },
      plan);
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc"));
  server.settle();
  server.pass(2min);
  EXPECT_EQ(code, std::errc{});
  server.pass(29s);
  EXPECT_EQ(code, std::errc{});
  server.pass(1s);
  EXPECT_EQ(client.answer()->status, 408);
  EXPECT_EQ(code, std::errc::timed_out);
}

TEST(ConnectionLimits, AClientThatTakesNothingIsCut) {
  TestServer server;
  server.app.on("/big",
                [](Exchange& x) { x.respond(ResponseHead(200), std::string(30'000'000, 'b')); });
  server.app.on(
      "/flood",
      [](Exchange& x) {
        x.begin(ResponseHead(200));
        for (;;) x.write(std::string(10'000, 'f'));
      },
      [] {
        RoutePlan plan;
        plan.deadline = 1h;
        return plan;
      }());
  for (const std::string_view path : {"/big", "/flood"}) {
    TestClient client = server.connect(8 * 1024);
    ASSERT_TRUE(client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path)));
    for (int i = 0; i < 100; ++i) server.turn();
    EXPECT_EQ(server.server->connections(), 1u);
    server.pass(30s);
    server.pass(30s);  // The first span may have seen the kernels' buffers fill.
    EXPECT_EQ(server.server->connections(), 0u) << path;
    EXPECT_EQ(server.server->in_flight(), 0u) << path;
    EXPECT_TRUE(client.ended());
  }
  EXPECT_EQ(server.slot.requests_failed.get(), 2u);
}

TEST(ConnectionLimits, AClientThatTakesAByteNowAndThenIsCut) {
  TestServer server;
  server.app.on("/big",
                [](Exchange& x) { x.respond(ResponseHead(200), std::string(30'000'000, 'b')); });
  TestClient client = server.connect(8 * 1024);
  ASSERT_TRUE(client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"));
  for (int i = 0; i < 100; ++i) server.turn();
  int spans = 0;
  for (; spans < 10 && server.server->connections() > 0; ++spans) {
    char byte;
    ::recv(client.socket(), &byte, 1, MSG_DONTWAIT);
    server.pass(30s);
  }
  EXPECT_LE(spans, 3);
}

TEST(ConnectionLimits, AClientThatReadsSlowlyButSteadilyIsServed) {
  TestServer server;
  server.app.on("/big",
                [](Exchange& x) { x.respond(ResponseHead(200), std::string(8'000'000, 'b')); });
  TestClient client = server.connect(64 * 1024);
  ASSERT_TRUE(client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n"));
  for (int i = 0; i < 100; ++i) server.turn();
  size_t taken = 0;
  std::string space(200'000, 0);
  for (int step = 0; step < 2000 && taken < 8'000'000; ++step) {
    const ssize_t size = ::recv(client.socket(), space.data(), space.size(), MSG_DONTWAIT);
    if (size > 0) taken += static_cast<size_t>(size);
    if (size == 0) break;
    server.pass(20s);
  }
  EXPECT_GE(taken, 8'000'000u);
}

TEST(ConnectionLimits, RequestsInFlightAreBounded) {
  HttpLimits limits;
  limits.requests_max = 2;
  TestServer server(limits);
  server.app.on("/slow", [](Exchange& x) {
    this_fiber::sleep_for(1s);
    x.respond(ResponseHead(200), "done");
  });
  TestClient one = server.connect();
  TestClient two = server.connect();
  TestClient three = server.connect();
  ASSERT_TRUE(one.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(two.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  server.settle();
  EXPECT_EQ(server.slot.requests_in_flight.get(), 2u);
  const auto refused = three.ask(kHello);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_NE(refused->field("Retry-After"), "");
  server.pass(1s);
  EXPECT_EQ(one.answer()->body, "done");
  EXPECT_EQ(two.answer()->body, "done");
  EXPECT_EQ(server.slot.requests_in_flight.get(), 0u);
}

TEST(ConnectionLimits, TooFewFibersAreARefusalToo) {
  FiberLimits fibers;
  fibers.live_max = 1;
  TestServer server({}, fibers);
  server.app.on("/slow", [](Exchange& x) {
    this_fiber::sleep_for(1s);
    x.respond(ResponseHead(200), "done");
  });
  TestClient one = server.connect();
  TestClient two = server.connect();
  ASSERT_TRUE(one.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  server.settle();
  EXPECT_EQ(two.ask(kHello)->status, 503);
  server.pass(1s);
  EXPECT_EQ(one.answer()->body, "done");
}

}  // namespace
}  // namespace svc
