// Two servers as two workers: one leaves, the other goes on with its connections.
#include "core/http/hand_over.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "core/base/packet.h"
#include "server_support.h"

namespace svc {
namespace {

class HandOverTest : public ::testing::Test {
 protected:
  HandOverTest() : pair_(*make_packet_pair()) {
    for (TestServer* server : {&leaving_, &staying_}) {
      server->app.on("/who", [server, this](Exchange& x) {
        x.respond(ResponseHead(200), server == &leaving_ ? "leaving" : "staying");
      });
    }
    EXPECT_TRUE(staying_.server->receive_from(pair_.first.get()));
  }

  void leave() {
    leaving_.server->hand_over_to(pair_.second.get());
    leaving_.server->drain(leaving_.clock.now() + 10s, [this] { drained_ = true; });
    leaving_.pass(50ms);
  }
  // Turns both until `fact`.
  template <class Fact>
  bool both_until(Fact fact) {
    return leaving_.until([&] {
      staying_.settle();
      return fact();
    });
  }
  bool moved(size_t connections) {
    return both_until([&] { return staying_.server->connections() == connections; });
  }
  std::optional<TestAnswer> answer(TestClient& client) {
    std::optional<TestAnswer> found;
    both_until([&] {
      while (client.receive()) {
      }
      return client.inbox().find("\r\n\r\n") != std::string::npos;
    });
    return client.answer();
  }

  std::pair<Fd, Fd> pair_;
  TestServer leaving_, staying_;
  bool drained_ = false;
};

TEST_F(HandOverTest, AnIdleConnectionIsTheSameAfterwards) {
  TestClient client = leaving_.connect();
  EXPECT_EQ(client.ask(get("/who"))->body, "leaving");
  leave();
  ASSERT_TRUE(moved(1));
  EXPECT_TRUE(leaving_.until([&] { return drained_; })) << "nothing is left to wait for";
  ASSERT_TRUE(client.send(get("/who")));
  const auto after = answer(client);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->body, "staying");
  EXPECT_EQ(after->field("Connection"), "");
  EXPECT_EQ(leaving_.slot.connections_open.get(), 0u);
  EXPECT_EQ(leaving_.slot.requests_failed.get(), 0u);
}

TEST_F(HandOverTest, HalfARequestGoesAlong) {
  const std::string request = get("/who");
  std::vector<TestClient> clients;
  for (size_t size = 1; size < request.size(); ++size) {
    clients.push_back(leaving_.connect());
    ASSERT_TRUE(clients.back().send(request.substr(0, size)));
  }
  leaving_.settle();
  leave();
  ASSERT_TRUE(moved(clients.size()));
  for (size_t size = 1; size < request.size(); ++size) {
    TestClient& client = clients[size - 1];
    ASSERT_TRUE(client.send(request.substr(size)));
    EXPECT_EQ(answer(client)->body, "staying") << size;
  }
}

TEST_F(HandOverTest, PipelinedRequestsBehindOneInFlightGoAlong) {
  leaving_.app.on("/slow", [](Exchange& x) {
    this_fiber::sleep_for(1s);
    x.respond(ResponseHead(200), "slow");
  });
  TestClient client = leaving_.connect();
  ASSERT_TRUE(client.send(get("/slow") + get("/who") + get("/who")));
  leaving_.settle();
  leave();
  EXPECT_EQ(staying_.server->connections(), 0u) << "it is answered where it is";
  leaving_.pass(1s);
  ASSERT_TRUE(moved(1));
  const auto first = answer(client);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->body, "slow");
  EXPECT_EQ(first->field("Connection"), "") << "it goes on, elsewhere";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(answer(client)->body, "staying");
}

TEST_F(HandOverTest, CountsItsRequestsOn) {
  HttpLimits limits;
  limits.keepalive_requests = 3;
  TestServer last(limits);
  staying_.server.reset();
  ASSERT_TRUE(last.server->receive_from(pair_.first.get()));
  TestClient client = leaving_.connect();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client.ask(kHello));
  leave();
  ASSERT_TRUE(leaving_.until([&] {
    last.settle();
    return last.server->connections() == 1;
  }));
  ASSERT_TRUE(client.send(kHello));
  ASSERT_TRUE(last.until([&] { return client.receive(); }));
  EXPECT_EQ(client.answer()->field("Connection"), "close") << "this was the third";
}

// More than the pair holds at a time.
TEST_F(HandOverTest, ManyGoAsFastAsTheyAreTaken) {
  std::vector<TestClient> clients;
  for (int i = 0; i < 1500; ++i) clients.push_back(leaving_.connect());
  for (TestClient& client : clients) ASSERT_TRUE(client.ask(kHello));
  leave();
  ASSERT_TRUE(leaving_.until([&] {
    leaving_.pass(2ms);
    staying_.settle();
    return staying_.server->connections() == clients.size();
  }));
  EXPECT_EQ(leaving_.server->connections(), 0u);
  ASSERT_TRUE(clients.back().send(get("/who")));
  EXPECT_EQ(answer(clients.back())->body, "staying");
}

TEST_F(HandOverTest, WithoutATakerIdleConnectionsEndAsEver) {
  staying_.server.reset();
  pair_.first.reset();  // Nobody, for good.
  TestClient client = leaving_.connect();
  ASSERT_TRUE(client.ask(kHello));
  leave();
  ASSERT_TRUE(client.send(kHello));
  leaving_.settle();
  EXPECT_EQ(client.answer()->field("Connection"), "close");
  EXPECT_TRUE(leaving_.until([&] { return drained_ || client.ended(); }));
}

TEST_F(HandOverTest, WhenEverybodyLeavesTheLastTakesWhatIsOnItsWay) {
  TestClient client = leaving_.connect();
  ASSERT_TRUE(client.ask(kHello));
  leave();
  leaving_.settle();  // On its way now.
  ASSERT_TRUE(client.send(get("/who")));
  bool last_drained = false;
  staying_.server->drain(staying_.clock.now() + 10s, [&] { last_drained = true; });
  EXPECT_EQ(staying_.server->connections(), 1u);
  const auto found = answer(client);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->body, "staying");
  EXPECT_EQ(found->field("Connection"), "close");
  client.close();
  staying_.pass(50ms);
  EXPECT_TRUE(staying_.until([&] { return last_drained; }));
}

TEST_F(HandOverTest, IsTakenBackWhenSiblingsLeaveToo) {
  TestClient client = leaving_.connect();
  ASSERT_TRUE(client.ask(kHello));
  leaving_.server->hand_over_to(pair_.second.get());
  leaving_.server->drain(leaving_.clock.now() + 10s, [this] { drained_ = true; });
  EXPECT_EQ(client.ask(kHello)->field("Connection"), "") << "it is to be given away soon";
  leaving_.server->hand_over_to(-1);
  leaving_.pass(50ms);
  EXPECT_EQ(client.ask(kHello)->field("Connection"), "close");
  EXPECT_EQ(staying_.server->connections(), 0u);
}

TEST_F(HandOverTest, RubbishInThePairHarmsNobody) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd reading(ends[0]), writing(ends[1]);
  const int two[] = {ends[0], ends[1]};
  char record[16] = {};
  const auto send = [&](std::string_view bytes, std::span<const int> descriptors) {
    ASSERT_TRUE(send_packet(pair_.second.get(), bytes, "", descriptors));
  };
  send("x", {});
  send({record, sizeof record}, {two, 1});
  const uint32_t good[2] = {0x43765348, 1};
  std::memcpy(record, good, sizeof good);
  send({record, sizeof record}, {});
  send({record, sizeof record}, {two, 2});
  send({record, sizeof record}, {two, 1});  // A pipe is no connection.
  staying_.settle();
  EXPECT_EQ(staying_.server->connections(), 0u);
  TestClient client = leaving_.connect();
  leave();
  EXPECT_TRUE(moved(1)) << "and the next one is taken";
}

}  // namespace
}  // namespace svc
