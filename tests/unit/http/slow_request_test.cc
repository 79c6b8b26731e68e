// Requests that take long are told while they do: once, and once more before their deadline.
#include "core/http/slow_request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server_support.h"

namespace svc {
namespace {

struct SlowNote {
  std::string path;
  Duration took;
  bool ends;
};

class NotingSlowObserver final : public SlowObserver {
 public:
  void request_slow(const SlowRequest& request) noexcept override {
    notes.push_back({std::string(request.exchange.head().path), request.took, request.ends});
    looked += request.fiber.visit([](void* count) { ++*static_cast<int*>(count); }, &visits);
  }
  std::vector<SlowNote> notes;
  int looked = 0;
  int visits = 0;
};

HttpLimits impatient() {
  HttpLimits limits;
  limits.slow_request = 2s;
  limits.request_timeout = 10s;
  return limits;
}

class SlowRequestTest : public ::testing::Test {
 protected:
  SlowRequestTest() {
    server.watch_requests(nullptr, &observer);
    server.app.on("/sleep", [](Exchange& x) {
      this_fiber::sleep_for(5s);
      x.respond(ResponseHead(200), "slept");
    });
    server.app.on("/for-ever", [](Exchange&) { this_fiber::sleep_for(1h); });
  }

  NotingSlowObserver observer;
  TestServer server{impatient()};
};

TEST_F(SlowRequestTest, IsToldOnceWhileItWaitsAndGoesOn) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/sleep")));
  server.settle();
  server.pass(1900ms);
  EXPECT_TRUE(observer.notes.empty());
  server.pass(100ms);
  ASSERT_EQ(observer.notes.size(), 1u);
  EXPECT_EQ(observer.notes[0].path, "/sleep");
  EXPECT_EQ(observer.notes[0].took, 2s);
  EXPECT_FALSE(observer.notes[0].ends);
  EXPECT_EQ(observer.looked, 1);
  EXPECT_EQ(observer.visits, 1) << "on its own stack";
  server.pass(3s);
  EXPECT_EQ(client.answer()->body, "slept");
  EXPECT_EQ(observer.notes.size(), 1u);
}

TEST_F(SlowRequestTest, IsToldAgainBeforeItsDeadline) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/for-ever")));
  server.settle();
  server.pass(9'998ms);
  EXPECT_EQ(observer.notes.size(), 1u);
  server.pass(1ms);
  ASSERT_EQ(observer.notes.size(), 2u);
  EXPECT_TRUE(observer.notes[1].ends);
  EXPECT_EQ(observer.looked, 2);
  server.pass(1ms);
  EXPECT_EQ(client.answer()->status, 503);
  EXPECT_EQ(observer.notes.size(), 2u);
}

// On a machine that is busy a turn may begin on one side of that moment and the next on the other.
TEST_F(SlowRequestTest, IsToldThoughItsDeadlineHasPassedMeanwhile) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(get("/for-ever")));
  server.settle();
  server.pass(12s);
  ASSERT_EQ(observer.notes.size(), 1u);
  EXPECT_TRUE(observer.notes[0].ends);
  EXPECT_EQ(observer.looked, 1);
  EXPECT_EQ(client.answer()->status, 503);
}

TEST_F(SlowRequestTest, IsNotOneThatIsQuickOrHasNoEnd) {
  RoutePlan endless;
  endless.endless = true;
  server.app.on(
      "/stream", [](Exchange&) { this_fiber::sleep_for(8s); }, endless);
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  ASSERT_TRUE(client.send(get("/stream")));
  server.settle();
  server.pass(5s);
  EXPECT_TRUE(observer.notes.empty());
  server.pass(5s);
}

// A client that sends its body slowly is not the handler's fault.
TEST_F(SlowRequestTest, IsNotOneThatWaitsForItsClient) {
  RoutePlan streamed;
  streamed.body = BodyMode::streamed;
  const auto read_all = [](Exchange& x) {
    char buffer[16];
    while (x.read(buffer).value_or(0) > 0) {
    }
    x.respond(ResponseHead(200), "got it");
  };
  server.app.on("/upload", read_all, streamed);
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na"));
  server.settle();
  server.pass(5s);
  EXPECT_TRUE(observer.notes.empty());
  ASSERT_TRUE(client.send("b"));
  EXPECT_EQ(client.answer()->status, 200);
}

}  // namespace
}  // namespace svc
