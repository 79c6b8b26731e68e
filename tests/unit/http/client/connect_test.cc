#include "core/http/client/connect.h"

#include "tests/support/raw_upstream.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/http/client/full_queue.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

using test::FullQueue;
using test::RawUpstream;

class ConnectTest : public FiberFixture {
 protected:
  void begin(std::vector<Address> addresses, Duration within) {
    to = std::move(addresses);
    ASSERT_TRUE(
        fibers.spawn([this, within] { connected = connect_any(*loop, to, clock.now() + within); }));
  }
  std::string peer() {
    return connected && *connected ? Address::peer((*connected)->get())->text() : "nobody";
  }
  void settle() {
    for (int i = 0; i < 20; ++i) turn(1ms);
  }

  std::vector<Address> to;
  std::optional<ClientResult<Fd>> connected;
};

Address at(const std::string& host, uint16_t port) {
  return Address::parse(host + ":" + std::to_string(port)).value();
}

TEST_F(ConnectTest, AnAddressThatHangsHoldsTheNextOneUpForAMomentOnly) {
  RawUpstream upstream([](test::RawPeer& peer) { peer.await_end(); });
  const FullQueue hangs("127.0.0.2:0");
  begin({hangs.address(), at("127.0.0.1", upstream.port())}, 10s);
  settle();
  EXPECT_FALSE(connected);
  pass(249ms);
  settle();
  EXPECT_FALSE(connected);
  pass(2ms);
  ASSERT_TRUE(turn_until([&] { return connected.has_value(); }));
  EXPECT_EQ(peer(), "127.0.0.1:" + std::to_string(upstream.port()));
}

TEST_F(ConnectTest, AnAddressThatRefusesHoldsNobodyUp) {
  uint16_t refused = 0;
  {
    refused = RawUpstream([](test::RawPeer&) {}).port();
  }
  RawUpstream upstream([](test::RawPeer& peer) { peer.await_end(); });
  begin({at("127.0.0.3", refused), at("127.0.0.3", refused), at("127.0.0.1", upstream.port())},
        10s);
  ASSERT_TRUE(turn_until([&] { return connected.has_value(); }));
  EXPECT_EQ(peer(), "127.0.0.1:" + std::to_string(upstream.port()));
}

TEST_F(ConnectTest, AllThatRefuseAreToldByTheLast) {
  uint16_t refused = 0;
  {
    refused = RawUpstream([](test::RawPeer&) {}).port();
  }
  begin({at("127.0.0.3", refused), at("127.0.0.4", refused)}, 10s);
  ASSERT_TRUE(turn_until([&] { return connected.has_value(); }));
  ASSERT_FALSE(*connected);
  EXPECT_EQ(connected->error().kind, ClientFailure::Kind::connect);
  EXPECT_EQ(connected->error().text,
            "connect to tcp 127.0.0.4:" + std::to_string(refused) + ": Connection refused");
}

// connect(2) on a Unix socket whose queue is full fails with EAGAIN, and nothing tells when not.
TEST_F(ConnectTest, AFullUnixSocketIsAskedAgain) {
  const testing::TempDir folder;
  FullQueue full("unix:" + folder.path() + "/full.sock");
  begin({full.address()}, 10s);
  for (int i = 0; i < 10; ++i) pass(5ms);
  EXPECT_FALSE(connected);
  full.make_room();
  pass(6ms);
  ASSERT_TRUE(connected);
  EXPECT_TRUE(*connected) << connected->error().text;
}

TEST_F(ConnectTest, AFullUnixSocketEndsAtItsDeadline) {
  const testing::TempDir folder;
  const FullQueue full("unix:" + folder.path() + "/full.sock");
  begin({full.address()}, 100ms);
  pass(99ms);
  EXPECT_FALSE(connected);
  pass(2ms);
  ASSERT_TRUE(connected && !*connected);
  EXPECT_EQ(connected->error().kind, ClientFailure::Kind::timeout_connect);
}

}  // namespace
}  // namespace svc
