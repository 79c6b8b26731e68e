// Any one system call of the client may fail: that costs at most the exchange it was for.
#include "core/base/fault.h"
#include "tests/unit/http/client/client_fixture.h"

namespace svc {
namespace {

namespace fault = sys::fault;
using test::plain_answer;
using test::RawPeer;
using test::RawUpstream;

void answer_each(RawPeer& peer) {
  for (std::string head; !(head = peer.read_head()).empty();) {
    if (head.starts_with("POST")) peer.read_bytes(100'000);
    if (!peer.send(plain_answer(std::string(50'000, 'x')))) return;
  }
}

class ClientFaults : public ClientFixture {
 protected:
  // A new connection, a kept one, a body in both directions.
  void visit(const Origin& origin) {
    client.close_idle();
    for (int i = 0; i < 2; ++i) {
      (void)ask(origin, get("/"));
      (void)ask(origin, post("/", std::string(100'000, 'b')));
    }
  }
  // Fails the first, second … call of `name` until a visit needs no more of them.
  void sweep(const char* name, int error) {
    RawUpstream upstream(answer_each);
    const Origin origin = origin_of(upstream);
    for (uint64_t nth = 1; nth < 500; ++nth) {
      SCOPED_TRACE(std::string(name) + " " + std::to_string(nth));
      fault::never();
      fault::fail_nth(nth, name, error);
      visit(origin);
      const bool happened = fault::happened();
      fault::never();
      ASSERT_EQ(fibers.live(), 0u);
      ASSERT_EQ(client.counts().busy, 0u);
      const Answer after = ask(origin, get("/after"));
      ASSERT_TRUE(after) << after.error().text;
      if (happened) continue;
      EXPECT_GT(nth, 1u) << "nobody calls " << name;
      return;
    }
    FAIL() << "a visit never ended without another " << name;
  }
};

TEST_F(ClientFaults, AnyFailingSocket) { sweep("socket", EMFILE); }
TEST_F(ClientFaults, AnyFailingConnect) { sweep("connect", EADDRNOTAVAIL); }
TEST_F(ClientFaults, AnyFailingSend) { sweep("sendmsg", EPIPE); }
TEST_F(ClientFaults, AnyFailingReceive) { sweep("recv", ECONNRESET); }
TEST_F(ClientFaults, AnyFailingWatch) { sweep("epoll_ctl", ENOSPC); }
TEST_F(ClientFaults, AnyFailingSocketOption) {
  sweep("setsockopt", EINVAL);
  sweep("getsockopt", EBADF);
}

}  // namespace
}  // namespace svc
