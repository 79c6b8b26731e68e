// Bodies that are collected before their handler: how many at a time.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/http/connection.h"
#include "server_support.h"

namespace svc {
namespace {

// Half a body in the memory of each of ten thousand connections would be too much.
class BodiesInMemory : public ::testing::Test {
 protected:
  static constexpr std::string_view kHead =
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n";

  static HttpLimits two_requests() {
    HttpLimits limits;
    limits.requests_max = 2;
    limits.body_max = 1000;
    return limits;
  }
  static std::string part() { return std::string(kHead) + "\r\n" + std::string(60, 'p'); }

  // Has sent its head and some of its body.
  TestClient uploader() {
    TestClient client = server.connect();
    EXPECT_TRUE(client.send(part()));
    server.settle();
    return client;
  }
  bool is_full() {
    TestClient client = server.connect();
    const auto answer = client.ask(part());
    return answer && answer->status == 503;
  }

  TestServer server{two_requests()};
};

TEST_F(BodiesInMemory, AreBoundedWithoutKeepingOthersFromBeingServed) {
  TestClient one = uploader();
  TestClient two = uploader();
  EXPECT_FALSE(one.receive() || two.receive()) << "nobody is refused as long as there is a place";

  for (const std::string_view rest : {"\r\nsome", "Expect: 100-continue\r\n\r\n"}) {
    TestClient three = server.connect();
    const auto refused = three.ask(std::string(kHead) + std::string(rest));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503) << "and never 100";
    EXPECT_EQ(refused->field("Retry-After"), "1");
    EXPECT_TRUE(three.ended());
  }

  TestClient other = server.connect();
  EXPECT_EQ(other.ask(kHello)->body, "hello");
  const std::string body(100, 'b');
  const auto whole = other.ask(std::string(kHead) + "\r\n" + body);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->body, body) << "a body that came with its head waits for nothing";

  EXPECT_EQ(one.ask(std::string(40, 'q'))->body, std::string(60, 'p') + std::string(40, 'q'));
  EXPECT_EQ(two.ask(std::string(40, 'q'))->status, 200);
  EXPECT_EQ(server.slot.requests_in_flight.get(), 0u);
}

// However a body comes to its end, its place is free for another, and only one place.
TEST_F(BodiesInMemory, GiveTheirPlacesBackWhateverBecomesOfThem) {
  const TestClient stays = uploader();  // One of two places is left.
  const auto expect_free = [&](std::string_view after) {
    {
      TestClient next = uploader();
      EXPECT_FALSE(next.receive()) << after;
      EXPECT_TRUE(is_full()) << after;
    }
    ASSERT_TRUE(server.until([&] { return server.server->connections() == 1; })) << after;
  };
  {
    TestClient client = uploader();
    EXPECT_TRUE(is_full());
    EXPECT_EQ(client.ask(std::string(40, 'q'))->status, 200);
    EXPECT_EQ(client.ask(kHello)->status, 200);
  }
  expect_free("a request that was served");
  {
    TestClient client = uploader();
    EXPECT_TRUE(is_full());
    client.reset();
  }
  expect_free("a reset");
  {
    TestClient client = uploader();
    EXPECT_TRUE(is_full());
    client.shut_output();
    EXPECT_EQ(client.answer()->status, 400);
  }
  expect_free("an end in its middle");
  {
    TestClient client = server.connect();
    ASSERT_TRUE(client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
    server.settle();
    EXPECT_TRUE(is_full());
    EXPECT_EQ(client.ask("fff\r\n")->status, 413);
  }
  expect_free("a refusal");
}

TEST_F(BodiesInMemory, GiveTheirPlacesBackWhenTheyDoNotCome) {
  TestClient one = uploader();
  TestClient two = uploader();
  EXPECT_TRUE(is_full());
  server.pass(30s);
  EXPECT_EQ(one.answer()->status, 408);
  EXPECT_EQ(two.answer()->status, 408);
  const TestClient three = uploader();
  const TestClient four = uploader();
  EXPECT_TRUE(is_full()) << "the first two still linger, without a place";
}

TEST_F(BodiesInMemory, DoNotHoldUpTheEndOfADrain) {
  TestClient one = uploader();
  bool drained = false;
  server.server->drain(server.clock.now() + 5s, [&] { drained = true; });
  server.pass(1s);
  EXPECT_FALSE(drained);
  server.pass(4s);
  EXPECT_EQ(one.answer()->status, 503);
  one.close();
  EXPECT_TRUE(server.until([&] { return drained; }));
  EXPECT_EQ(server.server->in_flight(), 0u);
}

TEST_F(BodiesInMemory, MayBeHalfThereWhenTheServerIsDestroyed) {
  const TestClient one = uploader();
  server.server.reset();
}

}  // namespace
}  // namespace svc
