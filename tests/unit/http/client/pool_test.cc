// Which connection serves whom: bounds, lines, idle ones, names with several addresses.
#include <sys/socket.h>

#include "core/http/client/connect.h"
#include "tests/support/fake_dns.h"
#include "tests/unit/http/client/client_fixture.h"

namespace svc {
namespace {

using test::plain_answer;
using test::RawPeer;
using test::RawUpstream;

void answer_all(RawPeer& peer) {
  while (!peer.read_head().empty()) {
    if (!peer.send(plain_answer("x"))) return;
  }
}

class ClientPoolTest : public FiberFixture {
 protected:
  std::unique_ptr<ClientConnections> make(const ClientPoolLimits& limits,
                                          const ResolverOptions& resolver = {}) {
    return std::make_unique<ClientConnections>(
        *loop, ClientConnections::Options{.pool = limits, .resolver = resolver, .tls = nullptr});
  }
  static Origin origin_of(const RawUpstream& upstream) {
    return parse_client_url(upstream.url()).value().origin;
  }
  std::string ask(ClientConnections& client, const Origin& origin) {
    std::string said;
    run([&] {
      const ClientRequest request;
      const auto answer = client.exchange(origin, request, {});
      said = answer ? (answer->reused ? "reused" : "new") : answer.error().text;
    });
    return said;
  }
};

TEST_F(ClientPoolTest, MoreCallersThanConnectionsWaitInLine) {
  RawUpstream upstream(answer_all);
  const auto client = make({.per_origin_max = 3});
  size_t most = 0;
  std::vector<int> order;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(fibers.spawn([&, i] {
      const ClientRequest request;
      EXPECT_TRUE(client->exchange(origin_of(upstream), request, {}));
      order.push_back(i);
    }));
    most = std::max(most, client->counts().busy);
  }
  EXPECT_EQ(client->counts().waiting, 17u);
  ASSERT_TRUE(turn_until([&] { return order.size() == 20; }));
  EXPECT_LE(most, 3u);
  EXPECT_LE(upstream.accepted(), 3);
}

TEST_F(ClientPoolTest, ALineHasADeadline) {
  std::atomic<bool> asked{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    asked = true;
    peer.await_end();
  });
  const auto client = make({.per_origin_max = 1});
  std::optional<ClientResult<ClientResponse>> second;
  const ClientRequest request;
  ClientLimits limits;
  limits.queue = 100ms;
  Fiber* const first = start([&] { (void)client->exchange(origin_of(upstream), request, {}); });
  ASSERT_TRUE(
      fibers.spawn([&] { second = client->exchange(origin_of(upstream), request, limits); }));
  ASSERT_TRUE(turn_until([&] { return asked.load(); }));
  pass(101ms);
  ASSERT_TRUE(second && !*second);
  EXPECT_EQ(second->error().kind, ClientFailure::Kind::timeout_queue);
  EXPECT_FALSE(second->error().reached);
  first->cancel(CancelReason::drain);
  EXPECT_EQ(client->counts().busy, 0u);
}

TEST_F(ClientPoolTest, OneWhoLeavesTheLineHoldsNobodyUp) {
  std::atomic<bool> go{false};
  RawUpstream upstream([&](RawPeer& peer) {
    while (!peer.read_head().empty()) {
      go.wait(false);
      peer.send(plain_answer("x"));
    }
  });
  const auto client = make({.per_origin_max = 1});
  const ClientRequest request;
  bool third = false;
  start([&] { EXPECT_TRUE(client->exchange(origin_of(upstream), request, {})); });
  Fiber* const second = start([&] { (void)client->exchange(origin_of(upstream), request, {}); });
  start([&] { third = client->exchange(origin_of(upstream), request, {}).has_value(); });
  second->cancel(CancelReason::client_gone);
  EXPECT_EQ(client->counts().waiting, 1u);
  go = true;
  go.notify_all();
  ASSERT_TRUE(turn_until([&] { return third; }));
}

TEST_F(ClientPoolTest, TheWorkersBoundHoldsOverAllOrigins) {
  RawUpstream one(answer_all);
  RawUpstream two(answer_all);
  const auto client = make({.total_max = 1});
  EXPECT_EQ(ask(*client, origin_of(one)), "new");
  EXPECT_EQ(ask(*client, origin_of(two)), "new");  // The idle one has made room.
  EXPECT_EQ(client->counts().idle, 1u);
  EXPECT_EQ(ask(*client, origin_of(two)), "reused");
  EXPECT_EQ(ask(*client, origin_of(one)), "new");
}

TEST_F(ClientPoolTest, IdleConnectionsEndWithTheirTime) {
  RawUpstream upstream(answer_all);
  const auto client = make({.idle_timeout = std::chrono::seconds(10)});
  EXPECT_EQ(ask(*client, origin_of(upstream)), "new");
  pass(9s);
  EXPECT_EQ(ask(*client, origin_of(upstream)), "reused");
  pass(11s);
  EXPECT_EQ(client->counts().idle, 0u);
  EXPECT_EQ(ask(*client, origin_of(upstream)), "new");
}

TEST_F(ClientPoolTest, AnUpstreamsOwnKeepAliveTimeIsHeeded) {
  RawUpstream upstream([](RawPeer& peer) {
    while (!peer.read_head().empty()) {
      peer.send(plain_answer("x", "Keep-Alive: timeout=5, max=100\r\n"));
    }
  });
  const auto client = make({});
  EXPECT_EQ(ask(*client, origin_of(upstream)), "new");
  pass(3900ms);
  EXPECT_EQ(ask(*client, origin_of(upstream)), "reused");
  pass(4100ms);
  EXPECT_EQ(client->counts().idle, 0u);
}

TEST_F(ClientPoolTest, OldConnectionsAreNotUsedAgain) {
  RawUpstream upstream(answer_all);
  const auto client =
      make({.idle_timeout = std::chrono::seconds(100), .age_max = std::chrono::seconds(150)});
  EXPECT_EQ(ask(*client, origin_of(upstream)), "new");
  pass(80s);
  EXPECT_EQ(ask(*client, origin_of(upstream)), "reused");
  pass(80s);
  EXPECT_EQ(ask(*client, origin_of(upstream)), "new");
}

TEST_F(ClientPoolTest, NoMoreIdleConnectionsAreKeptThanAllowed) {
  RawUpstream upstream(answer_all);
  const auto client = make({.idle_per_origin_max = 2});
  int answered = 0;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(fibers.spawn([&] {
      const ClientRequest request;
      EXPECT_TRUE(client->exchange(origin_of(upstream), request, {}));
      ++answered;
    }));
  }
  ASSERT_TRUE(turn_until([&] { return answered == 6; }));
  EXPECT_EQ(client->counts().idle, 2u);
  client->close_idle();
  EXPECT_EQ(client->counts().idle, 0u);
}

TEST_F(ClientPoolTest, ANameIsResolvedAndItsNextAddressTriedAtOnce) {
  test::FakeDns dns;
  RawUpstream upstream(answer_all);
  // Nobody listens on the first of them.
  dns.set("prices.test", {.addresses = {"127.0.0.99", "127.0.0.1"}});
  const auto client = make({}, {.servers = dns.address()});
  const Origin origin =
      parse_client_url("http://prices.test:" + std::to_string(upstream.port())).value().origin;
  EXPECT_EQ(ask(*client, origin), "new");
  EXPECT_EQ(ask(*client, origin), "reused");
  EXPECT_EQ(client->counts().resolved, 1u);
  const Origin nobody = parse_client_url("http://nobody.test").value().origin;
  EXPECT_EQ(ask(*client, nobody), "GET http://nobody.test:80/: resolve nobody.test: no such name");
}

TEST_F(ClientPoolTest, HttpsSaysThatItIsNotThere) {
  const auto client = make({});
  const std::string said = ask(*client, parse_client_url("https://localhost").value().origin);
  EXPECT_NE(said.find("https is not available"), said.npos) << said;
}

Address address_of(std::string_view text) { return Address::parse(text).value(); }

TEST(ConnectOrder, FamiliesTakeTurns) {
  const auto order = connect_order({address_of("[::1]:1"), address_of("[::2]:1"),
                                    address_of("127.0.0.1:1"), address_of("[::3]:1")});
  std::string text;
  for (const Address& each : order) text += each.text() + " ";
  EXPECT_EQ(text, "[::1]:1 127.0.0.1:1 [::2]:1 [::3]:1 ");
  EXPECT_EQ(connect_order(std::vector<Address>(20, address_of("127.0.0.1:1"))).size(),
            kConnectAttemptsMax);
}

}  // namespace
}  // namespace svc
