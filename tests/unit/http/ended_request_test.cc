// Each request is over exactly once, however it ends, and what is said of it is right.
#include "core/http/ended_request.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server_support.h"

namespace svc {
namespace {

struct Noted {
  std::string target;  // "-": no head.
  uint32_t route;
  int status;
  bool complete;
  uint64_t bytes_in;
  uint64_t bytes_out;
  uint64_t id;
  Duration took;
};

class NotingObserver final : public RequestObserver {
 public:
  void request_over(const EndedRequest& request) noexcept override {
    noted.push_back({request.head != nullptr ? std::string(request.head->target) : "-",
                     request.route, request.status, request.complete, request.bytes_in,
                     request.bytes_out, request.id, request.took()});
    EXPECT_NE(request.peer, nullptr);
  }
  std::vector<Noted> noted;
};

class EndedRequests : public ::testing::Test {
 protected:
  EndedRequests() { server.watch_requests(&observer); }

  const Noted& only() const {
    EXPECT_EQ(observer.noted.size(), 1u);
    static const Noted kNone{};
    return observer.noted.empty() ? kNone : observer.noted.back();
  }

  NotingObserver observer;
  TestServer server;
};

TEST_F(EndedRequests, AnAnsweredOneIsToldWithItsBytesAndItsTime) {
  server.app.on("/slow", [](Exchange& x) {
    this_fiber::sleep_for(3s);
    x.respond(ResponseHead(201), std::string(x.body()));
  });
  TestClient client = server.connect();
  const std::string request = "POST /slow?a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde";
  ASSERT_TRUE(client.send(request));
  server.settle();
  server.pass(3s);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(only().target, "/slow?a");
  EXPECT_EQ(only().route, 2u);
  EXPECT_EQ(only().status, 201);
  EXPECT_TRUE(only().complete);
  EXPECT_EQ(only().bytes_in, request.size());
  EXPECT_EQ(only().bytes_out, answer->head.size() + 4 + 5);
  EXPECT_NE(only().id, 0u);
  EXPECT_EQ(only().took, Duration(3s));
}

TEST_F(EndedRequests, ThoseOfOneConnectionAreToldApart) {
  TestClient client = server.connect();
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  ASSERT_TRUE(client.send(std::string(kHello) + chunked + get("/nowhere")));
  for (const int status : {200, 200, 404}) EXPECT_EQ(client.answer()->status, status);
  ASSERT_EQ(observer.noted.size(), 3u);
  EXPECT_EQ(observer.noted[0].bytes_in, kHello.size());
  EXPECT_EQ(observer.noted[1].bytes_in, chunked.size());
  EXPECT_EQ(observer.noted[2].bytes_in, get("/nowhere").size());
  EXPECT_EQ(observer.noted[2].route, kRouteNone);
  EXPECT_LT(observer.noted[0].id, observer.noted[1].id);
  uint64_t sent = 0;
  for (const Noted& request : observer.noted) sent += request.bytes_out;
  EXPECT_EQ(sent, server.slot.bytes_out.get());
}

TEST_F(EndedRequests, ARefusedHeadHasNoHead) {
  TestClient client = server.connect();
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost : x\r\n\r\n")->status, 400);
  EXPECT_EQ(only().target, "-");
  EXPECT_EQ(only().route, kRouteNone);
  EXPECT_EQ(only().status, 400);
  EXPECT_TRUE(only().complete);
  EXPECT_EQ(only().id, 0u);
  EXPECT_EQ(only().bytes_out, server.slot.bytes_out.get());
}

TEST_F(EndedRequests, ARefusedBodyHasARoute) {
  TestClient client = server.connect();
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n")->status,
            413);
  EXPECT_EQ(only().target, "/echo");
  EXPECT_EQ(only().route, 1u);
  EXPECT_EQ(only().status, 413);
}

TEST_F(EndedRequests, AClientThatLeavesWhileItSendsHasFailed) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"));
  server.settle();
  client.reset();
  ASSERT_TRUE(server.until([&] { return server.server->connections() == 0; }));
  EXPECT_FALSE(only().complete);
  EXPECT_EQ(only().status, 0);
  EXPECT_EQ(server.slot.requests_failed.get(), 1u);
}

TEST_F(EndedRequests, HalfAnAnswerHasFailedWithItsStatus) {
  server.app.on("/short", [](Exchange& x) {
    x.begin(ResponseHead(206), 10);
    x.write("half");
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/short")));
  EXPECT_TRUE(client.ended());
  EXPECT_FALSE(only().complete);
  EXPECT_EQ(only().status, 206);
  EXPECT_EQ(server.slot.requests_failed.get(), 1u);
  EXPECT_EQ(server.slot.answered(), 0u);
}

TEST_F(EndedRequests, ItIsOverWhenItsConnectionGoesOnWithoutTheHandler) {
  Fiber* parked = nullptr;
  server.app.on("/parked", [&](Exchange& x) {
    parked = Fiber::current();
    parked->suspend_uncancellable();
    x.respond(ResponseHead(200), "nobody reads this");
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/parked")));
  server.settle();
  server.pass(30s);
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(only().target, "/parked");
  EXPECT_EQ(only().status, 503);
  EXPECT_TRUE(only().complete);
  EXPECT_EQ(only().took, Duration(30s));
  EXPECT_EQ(only().bytes_out, server.slot.bytes_out.get());
  ASSERT_NE(parked, nullptr);
  parked->resume();
  ASSERT_TRUE(server.until([&] { return server.server->in_flight() == 0; }));
  EXPECT_EQ(observer.noted.size(), 1u);
}

TEST_F(EndedRequests, AStreamIsOverWhenItHasEnded) {
  server.app.on("/stream", [](Exchange& x) {
    x.begin(ResponseHead(200));
    for (int i = 0; i < 3; ++i) {
      x.write("part");
      this_fiber::sleep_for(1s);
    }
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/stream")));
  server.settle();
  EXPECT_TRUE(observer.noted.empty());
  for (int i = 0; i < 3; ++i) server.pass(1s);
  EXPECT_EQ(client.answer()->body, "partpartpart");
  EXPECT_TRUE(only().complete);
  EXPECT_EQ(only().took, Duration(3s));
  EXPECT_EQ(only().bytes_out, server.slot.bytes_out.get());
}

}  // namespace
}  // namespace svc
