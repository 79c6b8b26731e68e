// Ten thousand exchanges with upstreams of every bad kind leave nothing behind: no fiber, no
// descriptor, no memory.
#include <malloc.h>

#include "tests/unit/http/client/client_fixture.h"
#include "tests/unit/http/client/gzip.h"

namespace svc {
namespace {

using test::plain_answer;
using test::RawPeer;
using test::RawUpstream;

constexpr int kExchanges = 10'000;
constexpr int kWays = 10;

// What happens to connection number n.
void misbehave(RawPeer& peer) {
  static const std::string bomb = plain_answer(
      test::deflated(std::string(4'000'000, '0'), test::kGzipBits), "Content-Encoding: gzip\r\n");
  static const std::string informational = [] {
    std::string all;
    for (int i = 0; i < 40; ++i) all += "HTTP/1.1 102 Processing\r\n\r\n";
    return all;
  }();
  if (peer.number() % kWays == 0) return peer.reset();  // Before a byte is read.
  peer.read_head();
  switch (peer.number() % kWays) {
    case 1:
      return peer.await_end();  // Hangs.
    case 2:
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nless");
      return;
    case 3:
      peer.send("\x16\x03\x01 this is no HTTP\r\n\r\n");
      return;
    case 4:
      peer.send(informational);
      return peer.await_end();
    case 5:
      peer.send(bomb);
      return peer.await_end();
    case 6:
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello");
      return peer.reset();
    case 7:
      peer.send("HTTP/1.1 200 OK\r\nX: ");  // Trickles.
      return peer.await_end();
    case 8:
      peer.send(plain_answer("kept"));
      return;  // And closes.
    default:
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
      return;
  }
}

class ClientLeaks : public ClientFixture {
 protected:
  // One after another, the clock going on so that what hangs ends.
  void exchange_all(const Origin& origin, int count) {
    ClientLimits limits;
    limits.first_byte = 50ms;
    limits.body_max = 64 * 1024;  // Bombs end there.
    const ClientRequest request = get("/");
    for (int i = 0; i < count; ++i) {
      bool ended = false;
      ASSERT_TRUE(fibers.spawn([&] {
        const Answer answer = client.exchange(origin, request, limits);
        (answer ? answered : failed)++;
        ended = true;
      }));
      for (int turns = 0; !ended; ++turns) {
        ASSERT_LT(turns, kTurnsMax);
        turn(1ms);
        if (turns > 2) clock.advance(30ms);
      }
    }
  }

  int answered = 0;
  int failed = 0;
};

TEST_F(ClientLeaks, TenThousandBadExchangesLeaveNothing) {
  RawUpstream upstream(misbehave, true);
  const Origin origin = origin_of(upstream);
  exchange_all(origin, kExchanges / 5);  // What is pooled has been made by then.
  client.close_idle();
  const size_t descriptors = count_descriptors();
  const size_t memory = ::mallinfo2().uordblks;
  exchange_all(origin, kExchanges - kExchanges / 5);
  client.close_idle();
  turn();
  EXPECT_EQ(answered + failed, kExchanges);
  EXPECT_GT(failed, kExchanges / 2);
  EXPECT_EQ(fibers.live(), 0u);
  EXPECT_EQ(client.counts().busy, 0u);
  // The upstream's thread may be about to close its last one.
  EXPECT_TRUE(turn_until([&] { return count_descriptors() <= descriptors; }));
  EXPECT_LT(::mallinfo2().uordblks, memory + 64 * 1024);
  RecordProperty("answered", answered);
}

}  // namespace
}  // namespace svc
