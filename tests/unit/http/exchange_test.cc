#include "core/http/exchange.h"

#include <gtest/gtest.h>

#include <string>

#include "core/http/connection.h"
#include "server_support.h"

namespace svc {
namespace {

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

// One that would never end, or cost as much as a whole body.
TEST(Exchange, DoesNotMakeWhatIsNotSentForHead) {
  TestServer server;
  size_t written = 0;
  server.app.on("/endless", [&](Exchange& x) {
    x.begin(ResponseHead(200));
    for (;; ++written) x.write("more");
  });
  TestClient client = server.connect();
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.ask("HEAD /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(answer) << "and its connection is kept";
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->field("Transfer-Encoding"), "chunked");
  }
  EXPECT_EQ(client.ask(get("/hello"))->body, "hello");
  EXPECT_EQ(written, 0u);
  EXPECT_EQ(server.server->in_flight(), 0u);
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

}  // namespace
}  // namespace svc
