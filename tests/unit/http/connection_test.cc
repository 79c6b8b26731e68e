#include "core/http/connection.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

#include "server_support.h"

namespace svc {
namespace {

TEST(Connection, AnswersOneRequestAfterAnotherOnOneConnection) {
  TestServer server;
  TestClient client = server.connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask(kHello);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hello");
    EXPECT_EQ(answer->field("Connection"), "");
    EXPECT_NE(answer->field("Date"), "");
  }
  EXPECT_EQ(server.slot.answers[2].get(), 3u);
  EXPECT_EQ(server.slot.connections_accepted.get(), 1u);
  EXPECT_EQ(server.slot.connections_idle.get(), 1u);
  EXPECT_EQ(server.slot.bytes_in.get(), 3 * kHello.size());
}

TEST(Connection, ReadsARequestThatIsSplitAtAnyByte) {
  TestServer server;
  TestClient client = server.connect();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nT: 1\r\n\r\n";
  for (size_t cut = 1; cut < request.size(); ++cut) {
    ASSERT_TRUE(client.send(request.substr(0, cut)));
    server.settle();
    const auto answer = client.ask(request.substr(cut));
    ASSERT_TRUE(answer) << "cut at " << cut;
    EXPECT_EQ(answer->status, 200) << "cut at " << cut;
    EXPECT_EQ(answer->body, "abcdefg") << "cut at " << cut;
  }
}

TEST(Connection, ReadsARequestThatComesByteByByte) {
  TestServer server;
  TestClient client = server.connect();
  const std::string request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde";
  for (const char c : request) {
    ASSERT_TRUE(client.send({&c, 1}));
    server.turn();
  }
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "abcde");
}

TEST(Connection, AnswersAThousandPipelinedRequestsInOrder) {
  TestServer server;
  server.app.on("/count",
                [](Exchange& x) { x.respond(ResponseHead(200), std::string(x.head().query)); });
  TestClient client = server.connect();
  std::string requests;
  for (int i = 0; i < 1000; ++i) {
    requests += fmt::format("GET /count?{} HTTP/1.1\r\nHost: x\r\n\r\n", i);
  }
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 1000; ++i) {
    const auto answer = client.answer();
    ASSERT_TRUE(answer) << i;
    ASSERT_EQ(answer->body, std::to_string(i));
  }
}

// Order holds when some handlers suspend and others don't.
TEST(Connection, KeepsTheOrderOfPipelinedRequestsWhoseHandlersWait) {
  TestServer server;
  server.app.on("/slow", [](Exchange& x) {
    this_fiber::sleep_for(100ms);
    x.respond(ResponseHead(200), "slow");
  });
  TestClient client = server.connect();
  ASSERT_TRUE(
      client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
                  "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  // An answer that is ready isn't held back for one that isn't.
  auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "hello");
  server.settle();
  EXPECT_FALSE(client.receive());
  server.pass(100ms);
  answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "slow");
  answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "hello");
}

TEST(Connection, StopsReadingFromAClientThatDoesNotTakeItsAnswers) {
  TestServer server;
  server.app.on("/big",
                [](Exchange& x) { x.respond(ResponseHead(200), std::string(100'000, 'b')); });
  TestClient client = server.connect(8 * 1024);
  std::string requests;
  for (int i = 0; i < 5000; ++i) requests += "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
  const uint64_t total = requests.size();
  // Whatever fits the kernel's buffers, which the test doesn't wait for.
  std::string_view rest = requests;
  for (int quiet = 0; quiet < 50 && !rest.empty(); ++quiet) {
    const ssize_t sent = ::send(client.socket(), rest.data(), rest.size(), MSG_DONTWAIT);
    if (sent > 0) rest.remove_prefix(static_cast<size_t>(sent));
    server.turn();
  }
  EXPECT_LT(server.slot.bytes_in.get(), total / 2);
  const uint64_t answered = server.slot.answers[2].get();
  server.settle();
  EXPECT_EQ(server.slot.answers[2].get(), answered);
  // And goes on when the client does.
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client.answer()) << i;
}

TEST(Connection, AnswersAClientThatHasShutItsEnd) {
  TestServer server;
  server.app.on("/slow", [](Exchange& x) {
    this_fiber::sleep_for(1s);
    x.respond(ResponseHead(200), "for you");
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  client.shut_output();
  server.settle();
  EXPECT_EQ(server.server->in_flight(), 1u);
  server.pass(1s);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "for you");
  EXPECT_TRUE(client.ended());
  EXPECT_FALSE(client.was_reset());
  EXPECT_EQ(server.slot.requests_failed.get(), 0u);
}

TEST(Connection, CancelsTheHandlerOfAClientThatResets) {
  TestServer server;
  bool gone = false;
  server.app.on("/wait", [&](Exchange&) {
    try {
      this_fiber::sleep_for(20s);
    } catch (const Cancelled& cancelled) {
      gone = cancelled.reason == CancelReason::client_gone;
      throw;
    }
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(server.until([&] { return server.server->in_flight() == 1; }));
  client.reset();
  EXPECT_TRUE(server.until([&] { return server.server->in_flight() == 0; }));
  EXPECT_TRUE(gone);
  EXPECT_EQ(server.server->connections(), 0u);
  EXPECT_EQ(server.slot.requests_failed.get(), 1u);
  EXPECT_EQ(server.slot.connections_open.get(), 0u);
}

TEST(Connection, HonoursCloseInBothDirections) {
  TestServer server;
  server.app.on("/last", [](Exchange& x) {
    ResponseHead head(200);
    head.close = true;
    x.respond(std::move(head), "bye");
  });
  TestClient asks = server.connect();
  auto answer = asks.ask("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(asks.ended());
  TestClient told = server.connect();
  answer = told.ask("GET /last HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(told.ended());
}

TEST(Connection, KeepsAnHttp10ConnectionOnlyIfAsked) {
  TestServer server;
  TestClient plain = server.connect();
  auto answer = plain.ask("GET /hello HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(plain.ended());
  TestClient kept = server.connect();
  for (int i = 0; i < 2; ++i) {
    answer = kept.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    ASSERT_TRUE(answer);
    EXPECT_TRUE(iequals(answer->field("Connection"), "keep-alive"));
  }
}

TEST(Connection, ClosesAfterKeepaliveRequests) {
  HttpLimits limits;
  limits.keepalive_requests = 2;
  TestServer server(limits);
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(kHello)->field("Connection"), "");
  EXPECT_EQ(client.ask(kHello)->field("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Connection, SkipsEmptyLinesBetweenRequestsWithoutATimeLimit) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  ASSERT_TRUE(client.send("\r\n\r\n"));
  server.settle();
  EXPECT_EQ(server.slot.connections_idle.get(), 1u);
  server.pass(20s);  // Longer than header_timeout.
  EXPECT_EQ(client.ask(kHello)->body, "hello");
}

TEST(Connection, ClientReadsARefusalEvenIfItGoesOnSending) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"));
  // More than all buffers hold: the server has to take it.
  ASSERT_TRUE(client.send(std::string(9'000'000, 'x')));
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(client.ended());
  EXPECT_FALSE(client.was_reset());
  client.close();
  EXPECT_TRUE(server.until([&] { return server.server->connections() == 0; }));
}

HttpLimits one_request() {
  HttpLimits limits;
  limits.keepalive_requests = 1;
  return limits;
}

TEST(Connection, IsClosedAtOnceForAClientThatHasAskedForItAndSaidAll) {
  TestServer server;
  for (const char* message : {"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                              "GET /hello HTTP/1.0\r\n\r\n"}) {
    TestClient client = server.connect();
    ASSERT_TRUE(client.send(message));
    server.settle();
    EXPECT_EQ(server.server->connections(), 0u) << message;
    EXPECT_EQ(client.answer()->body, "hello");
    EXPECT_TRUE(client.ended());
    EXPECT_FALSE(client.was_reset());
  }
  // One that goes on all the same gets its answer first.
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nmore"));
  server.settle();
  EXPECT_EQ(server.server->connections(), 1u);
  EXPECT_EQ(client.answer()->body, "hello");
  EXPECT_FALSE(client.was_reset());
}

TEST(Connection, LingersForABoundedTime) {
  TestServer server(one_request());
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  EXPECT_TRUE(client.ended());
  server.settle();
  EXPECT_EQ(server.server->connections(), 1u);
  server.pass(kLingerGap);
  EXPECT_EQ(server.server->connections(), 0u);
}

TEST(Connection, LingersForABoundedTimeAlsoWithAClientThatGoesOnSending) {
  TestServer server(one_request());
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  int seconds = 0;
  for (; seconds < 60 && server.server->connections() > 0; ++seconds) {
    ::send(client.socket(), "x", 1, MSG_NOSIGNAL);
    server.pass(1s);
  }
  EXPECT_LE(seconds, 11);
}

TEST(Connection, DrainsABodyThatNobodyReadAndGoesOn) {
  TestServer server;
  TestClient client = server.connect();
  const std::string body(100'000, 'b');
  // No such route: its body is ignored.
  ASSERT_TRUE(client.send(
      fmt::format("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.size())));
  auto answer = client.answer();
  ASSERT_TRUE(answer);  // Before the body is there.
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->field("Connection"), "");
  ASSERT_TRUE(client.send(body));
  EXPECT_EQ(client.ask(kHello)->body, "hello");
}

TEST(Connection, ClosesInsteadOfDrainingALargeBody) {
  TestServer server;
  TestClient client = server.connect();
  const auto answer =
      client.ask("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->field("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Connection, StopsDrainingAChunkedBodyThatDoesNotEnd) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask("POST /none HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'c') + "\r\n";
  for (int i = 0; i < 6; ++i) client.send(chunk);
  EXPECT_TRUE(client.ended());
}

TEST(Connection, NeverAnswersABrokenBodyWithASecondAnswer) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask("POST /none HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
  ASSERT_TRUE(client.send("zz\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(client.inbox(), "");
}

TEST(Connection, EndOfStreamInTheMiddleOfAHeadOrBodyIsRefused) {
  TestServer server;
  for (const std::string_view part :
       {"GET /hel", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"}) {
    TestClient client = server.connect();
    ASSERT_TRUE(client.send(part));
    client.shut_output();
    const auto answer = client.answer();
    ASSERT_TRUE(answer) << part;
    EXPECT_EQ(answer->status, 400);
    EXPECT_TRUE(client.ended());
  }
}

TEST(Connection, ClosesQuietlyWhenAnIdleClientDoes) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  client.close();
  EXPECT_TRUE(server.until([&] { return server.server->connections() == 0; }));
  EXPECT_EQ(server.slot.requests_failed.get(), 0u);
  EXPECT_EQ(server.slot.connections_idle.get(), 0u);
}

TEST(Connection, WorksOverUnixSockets) {
  TestServer server;
  TestClient client = server.pair();
  EXPECT_EQ(client.ask(kHello)->body, "hello");
  const std::string body(500'000, 'u');
  const auto answer = client.ask(fmt::format(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, body);
}

}  // namespace
}  // namespace svc
