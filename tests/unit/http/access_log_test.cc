// The access log of a server: one line a request, in few writes, never waiting.
#include "core/http/access_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "core/base/file.h"
#include "core/base/sys.h"
#include "server_support.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

class AccessLogTest : public ::testing::Test {
 protected:
  AccessLogTest() : path(dir.file("access")) {
    auto target = LogTarget::file(path);
    EXPECT_TRUE(target);
    log.emplace(*server.loop, AccessLines(AccessFormat::text, "users", 0, 412), *std::move(target),
                lost);
    server.watch_requests(&*log);
    server.app.on("/hello", [](Exchange& x) { x.respond(ResponseHead(200), "hello"); });
  }
  ~AccessLogTest() override {
    server.server.reset();
    log.reset();
  }

  std::string text() const { return read_file(path, 1 << 24).value_or(""); }
  size_t lines() const {
    const std::string all = text();
    return static_cast<size_t>(std::ranges::count(all, '\n'));
  }

  testing::TempDir dir;
  std::string path;
  TestServer server;
  BoardNumber lost;
  std::optional<AccessLog> log;
};

TEST_F(AccessLogTest, WritesALineForEachRequestALittleLater) {
  TestClient client = server.connect();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.ask(kHello));
  ASSERT_TRUE(client.ask(get("/nowhere?x=%22")));
  EXPECT_EQ(lines(), 0u) << "not while it answers";
  server.pass(AccessLog::kDelay);
  EXPECT_EQ(lines(), 4u);
  EXPECT_NE(text().find("\"GET /hello HTTP/1.1\" 200 "), std::string::npos) << text();
  EXPECT_NE(text().find("\"GET /nowhere?x=%22 HTTP/1.1\" 404 "), std::string::npos) << text();
  EXPECT_TRUE(text().starts_with("127.0.0.1 - - [")) << text();
}

TEST_F(AccessLogTest, TellsWhatTheRequestSaidOfItself) {
  TestClient client = server.connect();
  ASSERT_TRUE(
      client.ask("GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine-7\r\nUser-Agent: t/1\r\n"
                 "Referer: http://r/\r\n"
                 "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n"));
  ASSERT_TRUE(client.ask("GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: two words\r\n\r\n"));
  log->flush();
  EXPECT_NE(text().find("\"http://r/\" \"t/1\" 0.000000 users/0 412 mine-7 "
                        "0af7651916cd43dd8448eb211c80319c\n"),
            std::string::npos)
      << text();
  EXPECT_EQ(text().find("two words"), std::string::npos) << "no token, so not an id";
}

TEST_F(AccessLogTest, TellsTheTraceThatWasMadeForARequest) {
  std::string trace;
  server.app.on("/traced", [&](Exchange& x) {
    trace = x.trace().trace_id();
    x.respond(ResponseHead(200), "");
  });
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(get("/traced")));
  ASSERT_TRUE(client.ask(kHello));
  log->flush();
  EXPECT_NE(text().find(" " + trace + "\n"), std::string::npos) << text();
  EXPECT_TRUE(text().ends_with(" -\n")) << "the next request has none: " << text();
}

TEST_F(AccessLogTest, TellsRefusalsOfWhatIsNoRequest) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask("nonsense\r\n\r\n"));
  log->flush();
  EXPECT_NE(text().find("] \"-\" 400 "), std::string::npos) << text();
}

TEST_F(AccessLogTest, WritesAtTheEndOfATurnThatHasFilledTheBuffer) {
  TestClient client = server.connect();
  const std::string request = get("/hello?" + std::string(1000, 'x'));
  size_t sent = 0;
  for (; lines() == 0 && sent < 1000; ++sent) ASSERT_TRUE(client.ask(request));
  EXPECT_GT(sent, 20u);
  EXPECT_LT(sent, 80u) << "without any time going by";
}

TEST_F(AccessLogTest, WritesToTheFormerFileWhatCameBeforeTheNewOne) {
  TestClient client = server.connect();
  ASSERT_TRUE(client.ask(kHello));
  ASSERT_EQ(sys::rename(path.c_str(), (path + ".1").c_str()), 0);
  log->set_target(*LogTarget::file(path));
  ASSERT_TRUE(client.ask(kHello));
  ASSERT_TRUE(client.ask(kHello));
  log->flush();
  EXPECT_EQ(lines(), 2u);
  EXPECT_NE(read_file(path + ".1", 10'000)->find("/hello"), std::string::npos);
}

TEST_F(AccessLogTest, CountsWhatCannotBeWrittenAndServesOn) {
  TestClient client = server.connect();
  log->set_target(*LogTarget::file("/dev/full"));
  for (int i = 0; i < 5; ++i) ASSERT_EQ(client.ask(kHello)->status, 200);
  log->flush();
  EXPECT_EQ(log->dropped(), 5u);
  EXPECT_EQ(lost.get(), 5u);
}

TEST_F(AccessLogTest, WritesWholeLinesIntoAPipeUntilItIsFull) {
  int ends[2];
  ASSERT_EQ(sys::pipe2(ends, O_CLOEXEC), 0);
  const Fd reader(ends[0]);
  log->set_target(LogTarget::adopted(Fd(ends[1])));  // Blocking, as the shell makes them.
  TestClient client = server.connect();
  constexpr size_t kRequests = 1000;
  for (size_t i = 0; i < kRequests; ++i) {
    ASSERT_EQ(client.ask(get("/hello?" + std::string(200, 'x')))->status, 200);
  }
  log->flush();
  EXPECT_GT(log->dropped(), 0u) << "a pipe holds 64 KiB";
  std::string got(1 << 20, '\0');
  const ssize_t size = sys::read(reader.get(), got.data(), got.size());
  ASSERT_GT(size, 0);
  got.resize(static_cast<size_t>(size));
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(got, '\n')) + log->dropped(), kRequests);
  EXPECT_TRUE(got.ends_with('\n'));
  ASSERT_EQ(client.ask(kHello)->status, 200);
  log->flush();  // There is room again.
  EXPECT_GT(sys::read(reader.get(), got.data(), got.size()), 0);
}

}  // namespace
}  // namespace svc
