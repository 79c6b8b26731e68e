// Any one system call of the server may fail: that costs at most the connection it was for.
#include <dirent.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/fault.h"
#include "core/base/log.h"
#include "server_support.h"

namespace svc {
namespace {

namespace fault = sys::fault;

size_t open_descriptors() {
  size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

// A little of everything: accept, a head, a body, a stream, a large answer, a close, a cut.
void visit(TestServer& server) {
  TestClient client(server, server.dial());
  client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  server.settle();
  client.receive();
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n" +
              std::string(10'000, 'b'));
  server.settle();
  client.send(std::string(20'000, 'b'));
  server.settle();
  client.receive();
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 20; ++i) {
    while (client.receive()) {
    }
    server.turn();
  }
  TestClient other(server, server.dial());
  other.send("GET /half HTTP/1.1\r\nHost: x\r\n\r\n");
  server.settle();
}

void prepare(TestServer& server) {
  server.app.on("/stream", [](Exchange& x) {
    ResponseHead head(200);
    head.close = true;
    x.begin(std::move(head));
    for (int i = 0; i < 100; ++i) x.write(std::string(10'000, 's'));
  });
  server.app.on("/half", [](Exchange& x) {
    x.begin(ResponseHead(200), 10);
    x.write("12345");
  });
  server.listen();
}

// Fails the first, second … call of `name` until a visit needs no more of them.
void sweep(const char* name, int error) {
  FiberLimits unpooled;  // Each handler maps a stack of its own.
  unpooled.pooled_max = 0;
  TestServer server({}, unpooled);
  prepare(server);
  visit(server);
  server.until([&] { return server.server->connections() == 0; });
  log::info("the log opens its target with its first line");
  const size_t descriptors = open_descriptors();
  for (uint64_t nth = 1; nth < 500; ++nth) {
    SCOPED_TRACE(std::string(name) + " " + std::to_string(nth));
    fault::never();
    fault::fail_nth(nth, name, error);
    visit(server);
    const bool happened = fault::happened();
    fault::never();
    server.pass(10min);  // Whatever it waits for: it doesn't wait for ever.
    server.pass(10min);
    ASSERT_EQ(server.server->connections(), 0u);
    ASSERT_EQ(server.server->in_flight(), 0u);
    ASSERT_EQ(server.fibers->live(), 0u);
    ASSERT_EQ(open_descriptors(), descriptors);
    TestClient after = server.connect();
    ASSERT_EQ(after.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")->body, "hello");
    after.close();
    ASSERT_TRUE(server.until([&] { return server.server->connections() == 0; }));
    if (happened) continue;
    EXPECT_GT(nth, 1u) << "nobody calls " << name;
    return;
  }
  FAIL() << "a visit never ended without another " << name;
}

TEST(ServerFaults, AnyFailingAccept) {
  for (const int error : {ECONNABORTED, EMFILE, ENFILE, ENOBUFS, EPROTO, EPERM}) {
    sweep("accept4", error);
  }
}
TEST(ServerFaults, AnyFailingReceive) { sweep("recv", ECONNRESET); }
TEST(ServerFaults, AnyFailingSend) { sweep("send", EPIPE); }
TEST(ServerFaults, AnyFailingSendOfPieces) { sweep("sendmsg", ECONNRESET); }
TEST(ServerFaults, AnyFailingWatch) { sweep("epoll_ctl", ENOSPC); }
TEST(ServerFaults, AnyFailingSocketOption) { sweep("setsockopt", EINVAL); }
TEST(ServerFaults, AnyFailingShutdown) { sweep("shutdown", ENOTCONN); }
TEST(ServerFaults, AnyFailingStack) {
  sweep("mmap", ENOMEM);
  sweep("mprotect", ENOMEM);
}

}  // namespace
}  // namespace svc
