// Connections of trusted proxies: their PROXY header, and whom their requests are of.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/packet.h"
#include "core/http/ended_request.h"
#include "server_support.h"

namespace svc {
namespace {

constexpr std::string_view kLine = "PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\n";
constexpr std::string_view kSpoof =
    "GET /who HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
    "\r\n";

ProxyRules rules(bool protocol, std::vector<std::string> trusted = {"127.0.0.1"}) {
  ProxyRules made;
  made.trusted = TrustedPeers::parse(trusted).value();
  made.protocol = protocol;
  return made;
}

void tell_who(TestServer& server) {
  server.app.on("/who", [](Exchange& x) {
    x.respond(ResponseHead(200), x.peer().text() + " by " +
                                     x.connection_peer().text().substr(0, 10) + " " +
                                     std::string(x.origin().scheme));
  });
}

struct ProxiedServer : TestServer {
  explicit ProxiedServer(ProxyRules made, HttpLimits limits = {})
      : TestServer(limits, {}, std::move(made)) {
    tell_who(*this);
  }
};

TEST(ConnectionProxy, FieldsOfOthersMeanNothing) {
  ProxiedServer server(rules(false, {"10.0.0.0/8"}));
  TestClient client = server.connect();
  const std::string body = client.ask(kSpoof)->body;
  EXPECT_TRUE(body.starts_with("127.0.0.1:")) << body;
  EXPECT_TRUE(body.ends_with(" http")) << body;
}

TEST(ConnectionProxy, EachRequestHasItsOwnClient) {
  ProxiedServer server(rules(false));
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(kSpoof)->body, "203.0.113.9:0 by 127.0.0.1: https");
  const std::string body = client.ask(get("/who"))->body;
  EXPECT_TRUE(body.starts_with("127.0.0.1:")) << body;
  EXPECT_TRUE(body.ends_with("by 127.0.0.1: http")) << body;
}

// What isn't even a request is somebody's, too: the log must not blame the proxy.
TEST(ConnectionProxy, ARefusedHeadIsTheClients) {
  struct Peers final : RequestObserver {
    void request_over(const EndedRequest& request) noexcept override {
      said.push_back(std::to_string(request.status) + " " + request.peer->text());
    }
    std::vector<std::string> said;
  } peers;
  ProxiedServer server(rules(true));
  server.watch_requests(&peers);
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(std::string(kLine) + "no request\r\n\r\n")->status, 400);
  EXPECT_EQ(peers.said, std::vector<std::string>{"400 192.0.2.1:4711"});
}

TEST(ConnectionProxy, UnixSocketsAreTrustedByName) {
  ProxiedServer server(rules(false, {"unix:"}));
  TestClient client = server.pair();
  EXPECT_EQ(client.ask(kSpoof)->body, "203.0.113.9:0 by unix: https");
}

TEST(ConnectionProxy, TheHeaderTellsTheClientOfAllRequests) {
  ProxiedServer server(rules(true));
  TestClient client = server.connect();
  ASSERT_TRUE(client.send(kLine));
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(client.ask(kSpoof)->body, "192.0.2.1:4711 by 127.0.0.1: http")
        << "its fields are its own";
}

TEST(ConnectionProxy, AHeaderThatNamesATrustedProxyIsFollowedByItsFields) {
  ProxiedServer server(rules(true, {"127.0.0.1", "192.0.2.0/24"}));
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(std::string(kLine) + std::string(kSpoof))->body,
            "203.0.113.9:0 by 127.0.0.1: https");
}

TEST(ConnectionProxy, TheHeaderMayComeInPieces) {
  ProxiedServer server(rules(true));
  const std::string all = std::string(kLine) + std::string(kSpoof);
  for (size_t cut = 1; cut < all.size(); ++cut) {
    TestClient client = server.connect();
    ASSERT_TRUE(client.send(all.substr(0, cut)));
    server.settle();
    ASSERT_TRUE(client.send(all.substr(cut)));
    EXPECT_EQ(client.answer()->body, "192.0.2.1:4711 by 127.0.0.1: http") << cut;
  }
}

TEST(ConnectionProxy, ItsOwnAndUnknownConnectionsKeepItsAddress) {
  ProxiedServer server(rules(true));
  TestClient unknown = server.connect();
  const std::string body = unknown.ask("PROXY UNKNOWN\r\n" + std::string(kSpoof))->body;
  EXPECT_TRUE(body.starts_with("127.0.0.1:") && body.ends_with("http"))
      << body << ": nobody knows whose fields these are";
  TestClient local = server.connect();
  ASSERT_TRUE(local.send(std::string_view("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16)));
  EXPECT_EQ(local.ask(kSpoof)->body, "203.0.113.9:0 by 127.0.0.1: https");
}

TEST(ConnectionProxy, WithoutAHeaderATrustedConnectionIsClosed) {
  ProxiedServer server(rules(true));
  for (const std::string& first : {std::string(kHello), std::string("PROXY TCP4 x\r\n")}) {
    TestClient client = server.connect();
    ASSERT_TRUE(client.send(first));
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(client.inbox(), "");
  }
  TestClient half = server.connect();
  ASSERT_TRUE(half.send(kLine.substr(0, 20)));
  half.shut_output();
  EXPECT_TRUE(half.ended());
  EXPECT_EQ(half.inbox(), "");
}

TEST(ConnectionProxy, TheHeaderHasTheTimeOfAHead) {
  HttpLimits limits;
  limits.header_timeout = std::chrono::milliseconds(5000);
  ProxiedServer server(rules(true), limits);
  TestClient slow = server.connect();
  ASSERT_TRUE(slow.send(kLine.substr(0, 20)));
  server.settle();
  server.pass(4s);
  ASSERT_TRUE(slow.send(kLine.substr(20, 5)));
  server.settle();
  server.pass(2s);
  EXPECT_TRUE(slow.ended());
  EXPECT_EQ(slow.inbox(), "") << "no 408: it would be read as the client's";
}

TEST(ConnectionProxy, UntrustedOnesAreServedWithoutOne) {
  ProxiedServer server(rules(true, {"10.0.0.0/8"}));
  TestClient client = server.connect();
  EXPECT_EQ(client.ask(kHello)->body, "hello");
  TestClient liar = server.connect();
  EXPECT_EQ(liar.ask(std::string(kLine) + std::string(kHello))->status, 400);
}

class ProxiedHandOver : public ::testing::Test {
 protected:
  ProxiedHandOver() : pair_(*make_packet_pair()), leaving_(rules(true)), staying_(rules(true)) {
    EXPECT_TRUE(staying_.server->receive_from(pair_.first.get()));
  }
  void leave() {
    leaving_.server->hand_over_to(pair_.second.get());
    leaving_.server->drain(leaving_.clock.now() + 10s, [] {});
    leaving_.pass(50ms);
    EXPECT_TRUE(leaving_.until([&] {
      staying_.settle();
      return staying_.server->connections() > 0;
    }));
  }
  std::string ask(TestClient& client, std::string_view request) {
    EXPECT_TRUE(client.send(request));
    EXPECT_TRUE(leaving_.until([&] {
      staying_.settle();
      client.receive();
      return client.inbox().find("\r\n\r\n") != std::string::npos;
    }));
    const auto answer = client.answer();
    return answer ? answer->body : "";
  }

  std::pair<Fd, Fd> pair_;
  ProxiedServer leaving_, staying_;
};

TEST_F(ProxiedHandOver, WhatWasToldGoesAlong) {
  TestClient client = leaving_.connect();
  ASSERT_TRUE(client.send(kLine));
  ASSERT_TRUE(client.ask(get("/who")));
  leave();
  EXPECT_EQ(ask(client, kSpoof), "192.0.2.1:4711 by 127.0.0.1: http");
}

TEST_F(ProxiedHandOver, AHeaderWithoutARequestGoesAlong) {
  TestClient client = leaving_.connect();
  ASSERT_TRUE(client.send("PROXY TCP6 2001:db8::1 ::1 5 6\r\n"));
  leaving_.settle();
  leave();
  EXPECT_EQ(ask(client, get("/who")), "[2001:db8::1]:5 by 127.0.0.1: http");
}

TEST_F(ProxiedHandOver, HalfAHeaderIsReadToItsEndElsewhere) {
  TestClient client = leaving_.connect();
  ASSERT_TRUE(client.send(kLine.substr(0, 20)));
  leaving_.settle();
  leave();
  ASSERT_TRUE(client.send(kLine.substr(20)));
  EXPECT_EQ(ask(client, get("/who")), "192.0.2.1:4711 by 127.0.0.1: http");
}

TEST_F(ProxiedHandOver, RubbishAboutAProxyHarmsNobody) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Fd reading(ends[0]), writing(ends[1]);
  std::string record(48, '\xff');
  const uint32_t good[2] = {0x43765348, 2};
  record.replace(0, sizeof good, reinterpret_cast<const char*>(good), sizeof good);
  ASSERT_TRUE(send_packet(pair_.second.get(), record, "", {&ends[0], 1}));
  ASSERT_TRUE(send_packet(pair_.second.get(), record.substr(0, 20), "", {&ends[0], 1}));
  staying_.settle();
  EXPECT_EQ(staying_.server->connections(), 0u);
}

}  // namespace
}  // namespace svc
