// Bodies that are streamed, compressed, answered early or echoed.
#include "tests/unit/http/client/client_fixture.h"
#include "tests/unit/http/client/gzip.h"

namespace svc {
namespace {

using test::deflated;
using test::plain_answer;
using test::RawPeer;
using test::RawUpstream;

class ClientBodies : public ClientFixture {};

// So many bytes in pieces of a few; suspends before each one.
class PacedSource final : public ClientBodySource {
 public:
  PacedSource(size_t size, size_t piece, std::optional<uint64_t> length)
      : left_(size), piece_(piece), length_(length) {}
  Result<size_t> read(std::span<char> into) override {
    this_fiber::yield();
    const size_t size = std::min({left_, piece_, into.size()});
    std::fill_n(into.begin(), size, 'x');
    left_ -= size;
    return size;
  }
  std::optional<uint64_t> length() const override { return length_; }

 private:
  size_t left_;
  size_t piece_;
  std::optional<uint64_t> length_;
};

class BrokenSource final : public ClientBodySource {
 public:
  Result<size_t> read(std::span<char>) override { return Error::invalid("the disk is gone"); }
};

TEST_F(ClientBodies, AStreamWithoutALengthIsSentInChunks) {
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer(peer.read_bytes(3 + 12 + 3 + 12 + 3 + 6 + 5)));
    peer.await_end();
  });
  PacedSource source(24, 10, std::nullopt);
  ClientRequest request = post("/", "");
  request.source = &source;
  const auto answer = ask(origin_of(upstream), request);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "a\r\nxxxxxxxxxx\r\na\r\nxxxxxxxxxx\r\n4\r\nxxxx\r\n0\r\n\r\n");
  EXPECT_EQ(client.counts().idle, 1u);
}

TEST_F(ClientBodies, AStreamWithALengthIsSentAsItIs) {
  constexpr size_t kSize = 1'000'000;
  RawUpstream upstream([](RawPeer& peer) {
    const std::string head = peer.read_head();
    const std::string body = peer.read_bytes(kSize);
    peer.send(plain_answer(head.substr(head.find("Content")) + std::to_string(body.size())));
    peer.await_end();
  });
  PacedSource source(kSize, 100'000, kSize);
  ClientRequest request = post("/", "");
  request.source = &source;
  request.decode = false;
  const auto answer = ask(origin_of(upstream), request);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, "Content-Length: 1000000\r\n\r\n1000000");
}

TEST_F(ClientBodies, ASourceThatFailsOrEndsEarlyFailsTheExchange) {
  RawUpstream upstream([](RawPeer& peer) { peer.read_to_end(); });
  PacedSource source(10, 10, 11);
  ClientRequest request = post("/", "");
  request.source = &source;
  const auto early = fails(origin_of(upstream), request);
  EXPECT_EQ(kind_text(early), "body_source");
  EXPECT_TRUE(early.body_taken);
  EXPECT_TRUE(early.text.ends_with("its body ended 1 bytes early")) << early.text;
  BrokenSource broken;
  request.source = &broken;
  const auto failed = fails(origin_of(upstream), request);
  EXPECT_TRUE(failed.text.ends_with("its body: the disk is gone")) << failed.text;
  EXPECT_FALSE(failed.body_taken);
}

// The upstream sends each piece back as it comes and stops reading while nobody reads it: whoever
// sent all before reading would wait for ever.
TEST_F(ClientBodies, AnEchoLargerThanAllBuffersComesBack) {
  constexpr size_t kSize = 20'000'000;
  RawUpstream upstream([](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    for (size_t left = kSize; left > 0;) {
      const std::string piece = peer.read_bytes(std::min<size_t>(left, 100'000));
      if (piece.empty() || !peer.send(piece)) return;
      left -= piece.size();
    }
    peer.await_end();
  });
  ClientLimits limits;
  limits.body_max = kSize;
  const auto answer = ask(origin_of(upstream), post("/", std::string(kSize, 'e')), limits);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body.size(), kSize);
  EXPECT_EQ(client.counts().idle, 1u);
}

TEST_F(ClientBodies, CompressedContentIsDecodedAndItsFieldsAreGone) {
  const std::string text(100'000, 'z');
  RawUpstream upstream([&](RawPeer& peer) {
    while (!peer.read_head().empty()) {
      peer.send(plain_answer(deflated(text, test::kGzipBits), "Content-Encoding: gzip\r\n"));
    }
  });
  const auto answer = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->body, text);
  EXPECT_FALSE(answer->fields.has("Content-Encoding"));
  EXPECT_FALSE(answer->fields.has("Content-Length"));
  EXPECT_EQ(client.counts().idle, 1u);

  ClientRequest own = get("/");
  own.fields.add("Accept-Encoding", "gzip");
  const auto raw = ask(origin_of(upstream), own);
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->body, deflated(text, test::kGzipBits));
  EXPECT_TRUE(raw->fields.has("Content-Encoding"));
}

TEST_F(ClientBodies, ABombIsRefusedBeforeItIsLarge) {
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer(deflated(std::string(20'000'000, '0'), test::kGzipBits),
                           "Content-Encoding: gzip\r\n"));
    peer.await_end();
  });
  EXPECT_EQ(kind_text(fails(origin_of(upstream), get("/"))), "too_large");
  EXPECT_EQ(client.counts().busy, 0u);
}

TEST_F(ClientBodies, WhatDecodesToNothingSensibleIsRefused) {
  const std::string whole = deflated("hello", test::kGzipBits);
  for (const std::string& content : {std::string("no gzip"), whole.substr(0, whole.size() - 3)}) {
    RawUpstream upstream([&](RawPeer& peer) {
      peer.read_head();
      peer.send(plain_answer(content, "Content-Encoding: gzip\r\n"));
      peer.await_end();
    });
    const auto failure = fails(origin_of(upstream), get("/"));
    EXPECT_TRUE(failure.kind == Kind::protocol || failure.kind == Kind::closed_early)
        << failure.text;
  }
}

TEST_F(ClientBodies, AnUnknownCodingIsHandedOn) {
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send(plain_answer("???", "Content-Encoding: br\r\n"));
    peer.await_end();
  });
  const auto answer = ask(origin_of(upstream), get("/"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "???");
  EXPECT_EQ(answer->fields.get("Content-Encoding"), "br");
}

// The gap is how long somebody waits, not how long he does something else.
TEST_F(ClientBodies, AReaderThatTakesItsTimeIsNotTheUpstreamsSilence) {
  std::atomic<bool> go{false};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    go.wait(false);
    peer.send("def");
    peer.await_end();
  });
  ClientLimits limits;
  limits.gap = 1s;
  limits.total = ClientLimits::Time(0);
  std::string body;
  bool slept = false;
  ASSERT_TRUE(fibers.spawn([&] {
    const ClientRequest request = get("/");
    auto exchange = client.open(origin_of(upstream), request, limits);
    ASSERT_TRUE(exchange);
    for (;;) {
      const auto piece = exchange->read();
      ASSERT_TRUE(piece) << piece.error().text;
      if (piece->empty()) break;
      body += *piece;
      if (!slept) this_fiber::sleep_for(10s);
      slept = true;
    }
  }));
  ASSERT_TRUE(turn_until([&] { return body == "abc"; }));
  pass(11s);
  EXPECT_TRUE(slept);
  go = true;
  go.notify_all();
  EXPECT_TRUE(turn_until([&] { return body == "abcdef" && fibers.live() == 0; }));
}

// A reader that does not read holds the upstream up: that is the back-pressure.
TEST_F(ClientBodies, NothingIsTakenBeforeItIsAskedFor) {
  std::atomic<size_t> sent{0};
  RawUpstream upstream([&](RawPeer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    const std::string piece(100'000, 'x');
    while (sent < 50'000'000 && peer.send(piece)) sent += piece.size();
  });
  bool leave = false;
  ASSERT_TRUE(fibers.spawn([&] {
    const ClientRequest request = get("/");
    auto exchange = client.open(origin_of(upstream), request, {});
    ASSERT_TRUE(exchange);
    while (!leave) this_fiber::sleep_for(1ms);
  }));
  for (int i = 0; i < 100; ++i) {
    turn(2ms);
    pass(1ms);
  }
  EXPECT_LT(sent, 20'000'000u);
  leave = true;
  EXPECT_TRUE(turn_until([&] {
    clock.advance(1ms);
    return upstream.ended() == 1;
  }));
  EXPECT_LT(sent, 50'000'000u);
}

}  // namespace
}  // namespace svc
