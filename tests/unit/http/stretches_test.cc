#include "core/http/stretches.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "core/base/log.h"

#include "server_support.h"

namespace svc {
namespace {

TEST(Stretches, TheBoardShowsWhatHasTheLoopAndNothingElse) {
  TestServer server;
  uint64_t id = 0;
  const auto shown = [&](Exchange& x) {
    EXPECT_NE(server.slot.loop.started_ns.get(), 0u);
    EXPECT_EQ(server.slot.loop.route.get(), x.plan().route);
    EXPECT_EQ(server.slot.loop.request_id.get(), x.id());
    EXPECT_EQ(server.server->running(), &x);
    id = x.id();
  };
  server.app.on("/slow", [&](Exchange& x) {
    shown(x);
    this_fiber::sleep_for(1s);  // Woken by a timer and not by its connection.
    shown(x);
    x.respond(ResponseHead(200), "");
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(server.until([&] { return id != 0; }));
  EXPECT_EQ(server.slot.loop.started_ns.get(), 0u) << "it sleeps";
  EXPECT_EQ(server.server->running(), nullptr);
  server.pass(1s);
  ASSERT_TRUE(client.answer());
  EXPECT_EQ(server.slot.loop.started_ns.get(), 0u);
}

TEST(Stretches, AStretchOf50MillisecondsIsAStall) {
  TestServer server;
  server.app.on("/spin", [&](Exchange& x) {
    server.clock.advance(49ms);
    this_fiber::sleep_for(1ms);
    server.clock.advance(50ms);
    x.respond(ResponseHead(200), "");
  });
  TestClient client = server.connect();
  int log_ends[2];
  ASSERT_EQ(::pipe2(log_ends, O_CLOEXEC | O_NONBLOCK), 0);
  const Fd log_reader(log_ends[0]);
  log::adopt(Fd(log_ends[1]));
  ASSERT_TRUE(client.send("GET /spin HTTP/1.1\r\nHost: x\r\n\r\n"));
  server.settle();
  EXPECT_EQ(server.slot.loop_stalls.get(), 0u);
  server.pass(1ms);
  ASSERT_TRUE(client.answer());
  EXPECT_EQ(server.slot.loop_stalls.get(), 1u);
  ASSERT_TRUE(log::open({}));
  std::string logged(1000, 0);
  const ssize_t size = ::read(log_reader.get(), logged.data(), logged.size());
  logged.resize(size > 0 ? static_cast<size_t>(size) : 0);
  EXPECT_NE(logged.find("* /spin held the loop for 50 ms"), std::string::npos) << logged;
}

}  // namespace
}  // namespace svc
