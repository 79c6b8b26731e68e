// One exchange with an upstream that behaves: what is sent, what comes back, which connection.
#include "tests/support/temp_dir.h"
#include "tests/unit/http/client/client_fixture.h"

namespace svc {
namespace {

using test::plain_answer;
using test::RawPeer;
using test::RawUpstream;

class ClientExchanges : public ClientFixture {};

// Answers every request on a connection with its own head.
void echo_heads(RawPeer& peer) {
  for (std::string head; !(head = peer.read_head()).empty();) {
    if (!peer.send(plain_answer(head))) return;
  }
}

TEST_F(ClientExchanges, ARequestArrivesAndItsAnswerComesBack) {
  RawUpstream upstream(echo_heads);
  const auto answer = ask(origin_of(upstream), get("/prices?of=tea"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body,
            "GET /prices?of=tea HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(upstream.port()) +
                "\r\nAccept-Encoding: gzip, deflate\r\n\r\n");
  EXPECT_FALSE(answer->reused);
  EXPECT_EQ(answer->fields.get("content-length"), std::to_string(answer->body.size()));
}

TEST_F(ClientExchanges, TheSecondRequestTakesTheSameConnection) {
  RawUpstream upstream(echo_heads);
  const Origin origin = origin_of(upstream);
  for (int i = 0; i < 20; ++i) {
    const auto answer = ask(origin, get("/" + std::to_string(i)));
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_EQ(answer->reused, i > 0);
  }
  EXPECT_EQ(upstream.accepted(), 1);
  EXPECT_EQ(client.counts().opened, 1u);
  EXPECT_EQ(client.counts().reused, 19u);
  EXPECT_EQ(client.counts().idle, 1u);
  EXPECT_EQ(client.counts().busy, 0u);
}

TEST_F(ClientExchanges, ABodyIsSentWithItsLength) {
  RawUpstream upstream([](RawPeer& peer) {
    std::string said = peer.read_head();
    said += peer.read_bytes(5);
    peer.send(plain_answer(said));
    peer.await_end();
  });
  const auto answer = ask(origin_of(upstream), post("/orders", "hello"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_NE(answer->body.find("\r\nContent-Length: 5\r\n"), std::string::npos) << answer->body;
  EXPECT_TRUE(answer->body.ends_with("\r\n\r\nhello"));
}

TEST_F(ClientExchanges, AnUpstreamOnAUnixSocketIsReached) {
  const testing::TempDir folder;
  RawUpstream upstream(echo_heads, folder.path() + "/up.sock");
  const auto answer = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_NE(answer->body.find("Host: localhost\r\n"), std::string::npos);
}

TEST_F(ClientExchanges, ChunksAndTrailersAreTakenApart) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\nhello\r\n");
    peer.send("6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n");
    peer.await_end();
  });
  const auto answer = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "hello world");
  EXPECT_EQ(answer->trailers.get("x-sum"), "11");
  EXPECT_EQ(client.counts().idle, 1u);
}

TEST_F(ClientExchanges, ABodyMayEndWithTheConnection) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.0 200 OK\r\n\r\nall of it");
  });
  const auto answer = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "all of it");
  EXPECT_EQ(client.counts().idle, 0u);
}

TEST_F(ClientExchanges, AnswersToHeadAnd204And304HaveNoBody) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    peer.read_head();
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    peer.read_head();
    peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n");
    peer.await_end();
  });
  ClientRequest head = get("/");
  head.method = "HEAD";
  const auto first = ask(origin_of(upstream), head);
  ASSERT_TRUE(first) << first.error().text;
  EXPECT_EQ(first->fields.get("Content-Length"), "1000");
  EXPECT_EQ(ask(origin_of(upstream), get("/"))->status, 204);
  EXPECT_EQ(ask(origin_of(upstream), get("/"))->status, 304);
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST_F(ClientExchanges, InformationalAnswersAreSkipped) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    peer.send(plain_answer("final"));
    peer.await_end();
  });
  const auto answer = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "final");
  EXPECT_FALSE(answer->fields.has("Link"));
}

TEST_F(ClientExchanges, ConnectionCloseIsHeeded) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer("x", "Connection: close\r\n"));
    peer.await_end();
  });
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(ask(origin_of(upstream), get("/")));
  EXPECT_EQ(upstream.accepted(), 3);
  EXPECT_EQ(client.counts().idle, 0u);
}

TEST_F(ClientExchanges, ManyAtOnceHaveAConnectionEachAndKeepThem) {
  RawUpstream upstream(echo_heads);
  const Origin origin = origin_of(upstream);
  int answered = 0;
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(fibers.spawn([&, i] {
      const ClientRequest request = get("/" + std::to_string(i));
      const auto answer = client.exchange(origin, request, {});
      ASSERT_TRUE(answer) << answer.error().text;
      EXPECT_TRUE(answer->body.starts_with("GET /" + std::to_string(i) + " "));
      ++answered;
    }));
  }
  ASSERT_TRUE(turn_until([&] { return answered == 30; }));
  EXPECT_EQ(client.counts().idle + client.counts().busy, 30u);
}

TEST_F(ClientExchanges, AStreamIsReadPieceByPieceAndGivesItsConnectionBack) {
  const std::string large(3'000'000, 'x');
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer(large));
    peer.await_end();
  });
  size_t read = 0;
  run([&] {
    const ClientRequest request = get("/");
    auto exchange = client.open(origin_of(upstream), request, {});
    ASSERT_TRUE(exchange) << exchange.error().text;
    EXPECT_EQ(client.counts().busy, 1u);
    for (;;) {
      const auto piece = exchange->read();
      ASSERT_TRUE(piece) << piece.error().text;
      if (piece->empty()) break;
      EXPECT_LE(piece->size(), 64u * 1024);
      read += piece->size();
    }
    EXPECT_TRUE(exchange->ended());
    EXPECT_EQ(client.counts().idle, 1u);
  });
  EXPECT_EQ(read, large.size());
}

TEST_F(ClientExchanges, AStreamThatNobodyReadsToItsEndIsClosed) {
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer(std::string(100'000, 'x')));
    peer.await_end();
  });
  run([&] {
    const ClientRequest request = get("/");
    auto exchange = client.open(origin_of(upstream), request, {});
    ASSERT_TRUE(exchange) << exchange.error().text;
    ASSERT_TRUE(exchange->read());
  });
  EXPECT_EQ(client.counts().busy, 0u);
  EXPECT_EQ(client.counts().idle, 0u);
  EXPECT_TRUE(turn_until([&] { return upstream.ended() == 1; }));
}

}  // namespace
}  // namespace svc
