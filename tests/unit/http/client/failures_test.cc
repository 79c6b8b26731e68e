// Upstreams that hang, break off, lie and answer garbage: each ends at its own bound, says how far
// it came, and leaves nothing behind.
#include "tests/unit/http/client/client_fixture.h"
#include "tests/unit/http/client/full_queue.h"

namespace svc {
namespace {

using test::plain_answer;
using test::RawPeer;
using test::RawUpstream;

class ClientFailures : public ClientFixture {
 protected:
  void TearDown() override {
    EXPECT_EQ(client.counts().busy, 0u);
    EXPECT_EQ(client.counts().waiting, 0u);
    EXPECT_EQ(fibers.live(), 0u);
  }
  // What becomes of a request that gets these bytes, and then the connection's end.
  ClientFailure after_bytes(std::string_view bytes, const ClientLimits& limits = {}) {
    RawUpstream upstream([bytes](RawPeer& peer) {
      peer.read_head();
      peer.send(bytes);
      peer.shut_output();
      peer.await_end();
    });
    return fails(origin_of(upstream), get("/"), limits);
  }
};

TEST_F(ClientFailures, NobodyListens) {
  uint16_t port = 0;
  {
    port = RawUpstream([](RawPeer&) {}).port();
  }
  const auto failure =
      fails(origin_of("http://127.0.0.1:" + std::to_string(port)), get("/x?secret"));
  EXPECT_EQ(kind_text(failure), "connect");
  EXPECT_FALSE(failure.reached);
  EXPECT_EQ(failure.text, "GET http://127.0.0.1:" + std::to_string(port) +
                              "/x: connect to tcp 127.0.0.1:" + std::to_string(port) +
                              ": Connection refused");
  const auto missing = fails(origin_of("unix:/no/such.sock"), get("/"));
  EXPECT_EQ(kind_text(missing), "connect");
}

TEST_F(ClientFailures, AConnectThatHangsEndsAtItsDeadline) {
  const test::FullQueue upstream;
  ClientLimits limits;
  limits.connect = 700ms;
  const auto failure = fails_after(
      700ms, [] { return true; }, origin_of("http://" + upstream.address().text()), get("/"),
      limits);
  EXPECT_EQ(kind_text(failure), "timeout_connect");
  EXPECT_FALSE(failure.reached);
}

TEST_F(ClientFailures, SilenceEndsAtTheFirstByteDeadline) {
  std::atomic<bool> asked{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    asked = true;
    peer.await_end();
  });
  ClientLimits limits;
  limits.first_byte = 300ms;
  const auto failure = fails_after(
      300ms, [&] { return asked.load(); }, origin_of(upstream), get("/slow"), limits);
  EXPECT_EQ(kind_text(failure), "timeout_first_byte");
  EXPECT_TRUE(failure.reached);
  EXPECT_FALSE(failure.answered);
  EXPECT_TRUE(failure.text.ends_with("/slow: no answer within 300 ms")) << failure.text;
}

TEST_F(ClientFailures, AHeadThatTricklesEndsAtTheSameDeadline) {
  std::atomic<bool> sent{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nX-");
    sent = true;
    peer.await_end();
  });
  const auto failure = fails_after(
      15s, [&] { return sent.load(); }, origin_of(upstream), get("/"));
  EXPECT_EQ(kind_text(failure), "timeout_first_byte");
  EXPECT_TRUE(failure.answered);
}

TEST_F(ClientFailures, ABodyThatStopsEndsAtTheGap) {
  std::atomic<bool> sent{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    sent = true;
    peer.await_end();
  });
  ClientLimits limits;
  limits.gap = 2s;
  const auto failure = fails_after(
      2s, [&] { return sent.load(); }, origin_of(upstream), get("/"), limits);
  EXPECT_EQ(kind_text(failure), "timeout_gap");
  EXPECT_TRUE(failure.answered);
}

TEST_F(ClientFailures, ABodyThatTricklesEndsAtTheTotalDeadline) {
  std::atomic<bool> stop{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (!stop && peer.send("x")) std::this_thread::yield();
  });
  ClientLimits limits;
  limits.gap = 1s;
  limits.total = 5s;
  std::optional<Answer> answer;
  ASSERT_TRUE(
      fibers.spawn([&] { answer = client.exchange(origin_of(upstream), get("/"), limits); }));
  for (int i = 0; i < 60 && !answer; ++i) {
    turn(100ms);
    pass(100ms);
  }
  stop = true;
  ASSERT_TRUE(answer && !*answer);
  EXPECT_EQ(kind_text(answer->error()), "timeout_total") << answer->error().text;
  EXPECT_TRUE(answer->error().text.ends_with(": its answer was not complete within 5000 ms"))
      << answer->error().text;
}

TEST_F(ClientFailures, TheCallersDeadlineEndsEverything) {
  std::atomic<bool> asked{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    asked = true;
    peer.await_end();
  });
  ClientLimits limits;
  limits.deadline = clock.now() + 50ms;
  const auto failure = fails_after(
      50ms, [&] { return asked.load(); }, origin_of(upstream), get("/"), limits);
  EXPECT_EQ(kind_text(failure), "timeout_total");
  EXPECT_TRUE(failure.text.ends_with(": no answer within 50 ms")) << failure.text;
  limits.deadline = clock.now() - 1ms;
  EXPECT_EQ(kind_text(fails(origin_of(upstream), get("/"), limits)), "timeout_total");
}

TEST_F(ClientFailures, ResetsAreToldByStage) {
  struct Stage {
    std::string_view sends;
    bool answered;
  };
  for (const Stage& stage : {Stage{"", false}, Stage{"HTTP/1.1 200 OK\r\nConte", true},
                             Stage{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123", true}}) {
    RawUpstream upstream([&](RawPeer& peer) {
      peer.read_head();
      peer.send(stage.sends);
      peer.reset();
    });
    const auto failure = fails(origin_of(upstream), get("/"));
    EXPECT_EQ(kind_text(failure), "reset") << failure.text;
    EXPECT_TRUE(failure.reached);
    // What came just before a reset may be lost with it.
    EXPECT_TRUE(stage.answered || !failure.answered);
  }
}

TEST_F(ClientFailures, AnEndBeforeTheAnswersEndIsNoAnswer) {
  EXPECT_EQ(kind_text(after_bytes("")), "closed_early");
  EXPECT_EQ(kind_text(after_bytes("HTTP/1.1 200 OK\r\n")), "closed_early");
  EXPECT_EQ(kind_text(after_bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234")),
            "closed_early");
  EXPECT_EQ(kind_text(after_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123")),
            "closed_early");
  EXPECT_EQ(kind_text(after_bytes(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")),
            "closed_early");
}

TEST_F(ClientFailures, GarbageIsRefusedAtItsFirstByte) {
  EXPECT_EQ(kind_text(after_bytes("SSH-2.0-OpenSSH_9.2\r\n")), "protocol");
  EXPECT_EQ(kind_text(after_bytes(std::string("\x15\x03\x01\x00\x02\x02\x46", 7))), "protocol");
  EXPECT_EQ(kind_text(after_bytes("HTTP/2 200\r\n\r\n")), "protocol");
}

TEST_F(ClientFailures, BytesBehindTheAnswerAreNobodysAnswer) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer("mine") + plain_answer("poison"));
    peer.await_end();
  });
  for (int i = 0; i < 3; ++i) {
    const auto answer = ask(origin_of(upstream), get("/"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "mine");
  }
  EXPECT_EQ(upstream.accepted(), 3);
}

TEST_F(ClientFailures, BytesThatComeWhileAConnectionIsIdleEndIt) {
  std::atomic<bool> idle{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer("mine"));
    if (peer.number() > 0) return peer.await_end();
    idle.wait(false);
    peer.send(plain_answer("poison"));
    peer.await_end();
  });
  ASSERT_TRUE(ask(origin_of(upstream), get("/")));
  ASSERT_EQ(client.counts().idle, 1u);
  idle = true;
  idle.notify_all();
  ASSERT_TRUE(turn_until([&] { return client.counts().idle == 0; }));
  EXPECT_EQ(ask(origin_of(upstream), get("/"))->body, "mine");
  EXPECT_EQ(upstream.accepted(), 2);
}

TEST_F(ClientFailures, AnIdleConnectionThatTheUpstreamClosesIsDropped) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer("x"));  // And closes.
  });
  ASSERT_TRUE(ask(origin_of(upstream), get("/")));
  ASSERT_TRUE(turn_until([&] { return client.counts().idle == 0; }));
  const auto again = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_FALSE(again->reused);
}

// The classic race: the upstream's close and our request cross.
TEST_F(ClientFailures, ACloseThatCrossesARequestSaysThatItMayBeSentAgain) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer("x"));
    peer.read_head();  // The second request: closed instead of answered.
  });
  ASSERT_TRUE(ask(origin_of(upstream), get("/")));
  const auto failure = fails(origin_of(upstream), get("/"));
  EXPECT_EQ(kind_text(failure), "closed_early");
  EXPECT_TRUE(failure.reached);
  EXPECT_TRUE(failure.reused);
  EXPECT_FALSE(failure.answered);
}

TEST_F(ClientFailures, HeadsWithoutEndAreCutAtTheirBounds) {
  ClientLimits limits;
  limits.headers_max = 4096;
  limits.header_field_max = 1024;
  limits.header_count_max = 10;
  limits.status_line_max = 100;
  const std::string begin = "HTTP/1.1 200 OK\r\n";
  std::string many = begin;
  for (int i = 0; i < 50; ++i) many += "X: y\r\n";
  EXPECT_EQ(kind_text(after_bytes(many, limits)), "too_large");
  EXPECT_EQ(kind_text(after_bytes(begin + "X: " + std::string(2000, 'y'), limits)), "too_large");
  EXPECT_EQ(kind_text(after_bytes("HTTP/1.1 200 " + std::string(200, 'y'), limits)), "too_large");
  std::string interim;
  for (int i = 0; i < 100; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(kind_text(after_bytes(interim)), "too_large");
}

// Heads that are skipped give their room back: all of them together are longer than the buffer.
TEST_F(ClientFailures, LongInformationalHeadsTakeNoRoomForEver) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    const std::string field = "X: " + std::string(15'000, 'y') + "\r\n";
    const std::string head = "HTTP/1.1 103 Early Hints\r\n" + field + field + field + "\r\n";
    for (int i = 0; i < 12; ++i) {
      if (!peer.send(head.substr(0, 30'000)) || !peer.send(head.substr(30'000))) return;
    }
    peer.send(plain_answer("final"));
    peer.await_end();
  });
  const auto answer = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "final");
}

TEST_F(ClientFailures, AContentBeyondItsBoundIsRefused) {
  ClientLimits limits;
  limits.body_max = 1000;
  EXPECT_EQ(kind_text(after_bytes("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", limits)),
            "too_large");
  EXPECT_EQ(kind_text(after_bytes("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'), limits)),
            "too_large");
}

TEST_F(ClientFailures, AnEarlyRefusalIsReadThoughTheBodyWasNotSent) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
    peer.await_end();
  });
  const auto answer = ask(origin_of(upstream), post("/", std::string(30'000'000, 'x')));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->body, "no");
  EXPECT_EQ(client.counts().idle, 0u);  // Half a request is on it.
}

TEST_F(ClientFailures, AnUpstreamThatTakesNothingEndsAtTheGap) {
  std::atomic<bool> over{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    over.wait(false);
  });
  ClientLimits limits;
  limits.gap = 3s;
  int turns = 0;  // Until the kernel's buffers are full.
  const auto failure = fails_after(
      3s, [&] { return ++turns > 300; }, origin_of(upstream),
      post("/", std::string(30'000'000, 'x')), limits);
  over = true;
  over.notify_all();
  EXPECT_EQ(kind_text(failure), "timeout_gap") << failure.text;
  EXPECT_TRUE(failure.reached);
}

TEST_F(ClientFailures, ACancelledFiberClosesItsConnection) {
  std::atomic<bool> asked{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    asked = true;
    peer.await_end();
  });
  bool unwound = false;
  Fiber* const fiber = start([&] {
    try {
      (void)client.exchange(origin_of(upstream), get("/"), {});
    } catch (const Cancelled&) {
      unwound = true;
      throw;
    }
  });
  ASSERT_TRUE(turn_until([&] { return asked.load(); }));
  fiber->cancel(CancelReason::client_gone);
  EXPECT_TRUE(unwound);
  EXPECT_EQ(client.counts().busy, 0u);
  EXPECT_TRUE(turn_until([&] { return upstream.ended() == 1; }));
}

TEST_F(ClientFailures, WhatWouldSplitARequestIsNotSent) {
  const Origin nowhere = origin_of("http://127.0.0.1:1");
  ClientRequest request = get("/a\r\nX: y");
  EXPECT_EQ(kind_text(fails(nowhere, request)), "bad_request");
  request = get("/");
  request.fields.add("X-A", "b\r\nX-B: c");
  EXPECT_EQ(kind_text(fails(nowhere, request)), "bad_request");
}

}  // namespace
}  // namespace svc
