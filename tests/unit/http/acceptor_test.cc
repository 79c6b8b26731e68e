#include "core/http/acceptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "server_support.h"

namespace svc {
namespace {

TEST(AcceptBurst, GrowsAsLongAsAllAreThere) {
  const Instant now{1h};
  AcceptBurst burst(5);
  EXPECT_EQ(burst.size(now), 5) << "nobody has looked for long";
  EXPECT_EQ(burst.size(now), 1);
  for (const int size : {2, 4, 5, 5}) {
    for (int turn = 0; turn < AcceptBurst::kTurnsToGrow; ++turn) burst.all_were_there();
    EXPECT_EQ(burst.size(now), size);
  }
  burst.fewer_were_there(3);
  EXPECT_EQ(burst.size(now), 3);
  burst.fewer_were_there(0);
  EXPECT_EQ(burst.size(now), 1);
}

// Clients that come one by one cost one accept4(2) each, but for a look now and then.
TEST(AcceptBurst, SettlesOnWhatIsThere) {
  const Instant now{1h};
  AcceptBurst burst(64);
  burst.size(now);
  int looks = 0;
  for (int turn = 0; turn < 90; ++turn) {
    if (burst.size(now) == 1) {
      burst.all_were_there();
    } else {
      ++looks;
      burst.fewer_were_there(1);
    }
  }
  EXPECT_EQ(looks, 10);
}

TEST(AcceptBurst, TakesAllWhereTurnsAreLong) {
  Instant now{1h};
  AcceptBurst burst(64);
  burst.size(now);
  EXPECT_EQ(burst.size(now += AcceptBurst::kLongTurn - 1ns), 1);
  EXPECT_EQ(burst.size(now += AcceptBurst::kLongTurn), 64);
  EXPECT_EQ(burst.size(now), 1);
}

TEST(Acceptors, LeaveConnectionsInTheQueueWhenThereIsNoRoom) {
  HttpLimits limits;
  limits.connections_max = 3;
  TestServer server(limits);
  std::vector<TestClient> clients;
  for (int i = 0; i < 5; ++i) clients.emplace_back(server, server.dial());
  ASSERT_TRUE(server.until([&] { return server.server->connections() == 3; }));
  server.settle();
  EXPECT_EQ(server.server->connections(), 3u);
  ASSERT_TRUE(clients[4].send(kHello));
  server.settle();
  EXPECT_FALSE(clients[4].receive()) << "it waits";
  clients[0].close();
  clients[1].close();
  EXPECT_EQ(clients[4].answer()->body, "hello");
  EXPECT_EQ(server.server->connections(), 3u);
  EXPECT_GT(server.slot.connections_refused.get(), 0u);
}

// What the server relies on: the kernel doesn't say so in writing.
// What is in the queue then is somebody who would lose his request.
TEST(Acceptors, TakeAllWhenADrainBegins) {
  TestServer server;
  server.listen();
  std::vector<TestClient> clients;
  for (int i = 0; i < 40; ++i) clients.emplace_back(server, server.dial());
  server.server->drain(server.clock.now() + 10s, [] {});
  for (int turn = 0; turn * Acceptor::kSharedBurst < 40; ++turn) server.turn();
  EXPECT_EQ(server.server->connections(), 40u);
}

TEST(Acceptors, WhatIsAcceptedHasItsListenersOptions) {
  TestServer server;
  server.listen();
  const int listener = server.listening_socket();
  int on = 0;
  socklen_t size = sizeof on;
  ASSERT_EQ(::getsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
  EXPECT_EQ(on, 1);
  const Fd dialled = server.dial();
  const Fd accepted(::accept(listener, nullptr, nullptr));  // Before the server does.
  ASSERT_TRUE(accepted);
  on = 0;
  ASSERT_EQ(::getsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
  EXPECT_EQ(on, 1);
}

// In a process of its own, which runs out of descriptors in earnest.
int run_out_of_descriptors() {
  TestServer server;
  server.listen();
  std::vector<TestClient> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(server, server.dial());
  // Ten of them will get a descriptor.
  const int next = ::dup(0);
  ::close(next);
  const rlimit few{static_cast<rlim_t>(next + 10), static_cast<rlim_t>(next + 10)};
  if (::setrlimit(RLIMIT_NOFILE, &few) != 0) return 1;
  server.settle();
  if (server.server->connections() < 8 || server.server->connections() > 10) return 2;
  // It doesn't spin over what it can't take: a turn with a second to wait waits.
  const auto begun = std::chrono::steady_clock::now();
  (void)server.loop->turn(50ms);
  if (std::chrono::steady_clock::now() - begun < 40ms) return 3;
  // The reserve is free for whoever needs a descriptor meanwhile.
  const int file = ::open("/dev/null", O_RDONLY);
  if (file < 0) return 4;
  ::close(file);
  // Those that are open are served.
  if (auto answer = clients[0].ask(kHello); !answer || answer->body != "hello") return 5;
  // When some have gone, those that wait are.
  for (int i = 0; i < 8; ++i) clients[static_cast<size_t>(i)].close();
  server.settle();
  server.pass(Acceptors::kRetry);
  if (auto answer = clients[12].ask(kHello); !answer || answer->body != "hello") return 6;
  return 0;
}

TEST(Acceptors, SurviveRunningOutOfDescriptors) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan asks a pipe whether memory is readable, and reports an error without one";
#endif
  const pid_t child = ::fork();
  if (child == 0) ::_exit(run_out_of_descriptors());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Acceptors, TwoWorkersShareASocket) {
  ListenerOptions options;
  options.reuseport = false;
  auto listener = Listener::open(Address::parse("127.0.0.1:0").value(), options, 1);
  ASSERT_TRUE(listener);
  TestServer one;
  TestServer two;
  ASSERT_TRUE(one.server->add_listener(listener->socket_for(0)));
  ASSERT_TRUE(two.server->add_listener(listener->socket_for(0)));
  std::vector<Fd> clients;
  for (int i = 0; i < 100; ++i) {
    Fd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(client.get(), listener->address().get(), listener->address().length()), 0);
    clients.push_back(std::move(client));
  }
  ASSERT_TRUE(one.until([&] {
    two.turn();
    return one.server->connections() + two.server->connections() == 100;
  }));
  EXPECT_GT(one.server->connections(), 10u) << "neither takes nearly all";
  EXPECT_GT(two.server->connections(), 10u);
}

TEST(Acceptors, SayWhichAddressCannotBeWatched) {
  TestServer server;
  AcceptSocket socket;
  socket.fd = 9999;
  socket.address = Address::parse("127.0.0.1:80").value();
  const auto added = server.server->add_listener(socket);
  ASSERT_FALSE(added);
  EXPECT_NE(added.error().text.find("127.0.0.1:80"), std::string::npos);
}

}  // namespace
}  // namespace svc
