#include "core/http/server.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/socket.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "core/http/connection.h"
#include "core/http/server_core.h"
#include "server_support.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SVC_ALLOCATOR_IS_OURS 0
#else
#define SVC_ALLOCATOR_IS_OURS 1
#endif

#if SVC_ALLOCATOR_IS_OURS
namespace {
size_t allocations = 0;  // Of the whole program, by operator new.
}

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace svc {
namespace {

TEST(HttpServer, AnIdleConnectionIsSmall) { EXPECT_LE(sizeof(Connection), 384u); }

#if SVC_ALLOCATOR_IS_OURS
TEST(HttpServer, AThousandIdleConnectionsCostLessThanAKilobyteEach) {
  TestServer server;
  std::vector<TestClient> clients;
  clients.reserve(1100);
  // Pools and tables grow to their size first.
  for (int i = 0; i < 100; ++i) clients.push_back(server.connect());
  for (TestClient& client : clients) ASSERT_TRUE(client.ask(kHello));
  const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  for (int i = 0; i < 1000; ++i) clients.push_back(server.connect());
  for (TestClient& client : clients) ASSERT_EQ(client.ask(kHello)->body, "hello");
  ASSERT_EQ(server.slot.connections_idle.get(), 1100u);
  const size_t each = (mallinfo2().uordblks + mallinfo2().hblkhd - before) / 1000;
  RecordProperty("bytes_per_idle_connection", static_cast<int>(each));
  EXPECT_LT(each, 500u) << "user memory of an idle keep-alive connection, its client's included";
}

// The handler's own strings aside: "hello" and an empty head fit into themselves.
TEST(HttpServer, APlainKeepAliveRequestAllocatesNothing) {
  TestServer server;
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  ASSERT_TRUE(client.ask(kHello));
  char space[1024];
  for (int i = 0; i < 10; ++i) {
    ASSERT_GT(::send(client.socket(), kHello.data(), kHello.size(), 0), 0);
    const uint64_t answered = server.slot.answers[2].get();
    const size_t before = allocations;
    while (server.slot.answers[2].get() == answered) (void)server.loop->turn(1ms);
    EXPECT_EQ(allocations, before);
    ASSERT_GT(::recv(client.socket(), space, sizeof space, 0), 0);
  }
}
#endif

TEST(HttpServer, AdoptsAConnectionThatSomebodyElseAccepted) {
  TestServer server;
  TestClient client = server.pair();
  EXPECT_EQ(server.server->connections(), 1u);
  EXPECT_EQ(client.ask(kHello)->body, "hello");
}

TEST(HttpServer, ClosesWhatItIsGivenIfThatIsNoConnection) {
  TestServer server;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Fd other(ends[1]);
  server.server->adopt(Fd(ends[0]));
  EXPECT_EQ(server.server->connections(), 0u);
}

TEST(HttpServer, GaugesFollowConnectionsAndRequests) {
  TestServer server;
  server.app.on("/slow", [](Exchange& x) {
    this_fiber::sleep_for(1s);
    x.respond(ResponseHead(200), "");
  });
  TestClient idle = server.connect();
  TestClient busy = server.connect();
  ASSERT_TRUE(busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(server.until([&] { return server.slot.requests_in_flight.get() == 1; }));
  EXPECT_EQ(server.slot.connections_open.get(), 2u);
  EXPECT_EQ(server.slot.connections_idle.get(), 1u);
  server.pass(1s);
  ASSERT_TRUE(busy.answer());
  EXPECT_EQ(server.slot.requests_in_flight.get(), 0u);
  idle.close();
  busy.close();
  ASSERT_TRUE(server.until([&] { return server.server->connections() == 0; }));
  EXPECT_EQ(server.slot.connections_open.get(), 0u);
  EXPECT_EQ(server.slot.connections_idle.get(), 0u);
}

TEST(HttpServer, RequestIdsDifferBetweenServers) {
  uint64_t ids[2];
  for (uint64_t& id : ids) {
    TestServer server;
    server.app.on("/id", [&](Exchange& x) {
      id = x.id();
      x.respond(ResponseHead(200), "");
    });
    ASSERT_TRUE(server.connect().ask("GET /id HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  EXPECT_GT(std::max(ids[0], ids[1]) - std::min(ids[0], ids[1]), 1000u);
}

TEST(HttpServer, ManyClientsAreServedAtOnce) {
  TestServer server;
  std::vector<TestClient> clients;
  clients.reserve(200);
  for (int i = 0; i < 200; ++i) clients.push_back(server.connect());
  for (int round = 0; round < 5; ++round) {
    for (TestClient& client : clients) ASSERT_TRUE(client.send(kHello));
    for (TestClient& client : clients) ASSERT_EQ(client.answer()->body, "hello");
  }
  EXPECT_EQ(server.slot.answers[2].get(), 1000u);
}

}  // namespace
}  // namespace svc
