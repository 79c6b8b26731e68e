// Answers whose body is a file: sent by the kernel, cut when the file is shorter than announced.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "core/base/fault.h"
#include "core/http/answer_queue.h"
#include "server_support.h"

namespace svc {
namespace {

std::string pattern(size_t size) {
  std::string text(size, ' ');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 7 % 26 + i / 4096 % 2);
  return text;
}

std::shared_ptr<const Fd> file_of(std::string_view content) {
  const int fd = ::memfd_create("test", MFD_CLOEXEC);
  EXPECT_EQ(::write(fd, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  return std::make_shared<const Fd>(fd);
}

Handler sends(std::vector<BodyPiece> pieces) {
  return [pieces](Exchange& exchange) { exchange.respond_pieces(ResponseHead(), pieces); };
}

TEST(FileAnswer, IsSentInOrderBetweenTexts) {
  TestServer server;
  const std::string content = pattern(3 * AnswerQueue::kFileShare + 17);
  const auto file = file_of(content);
  server.app.on("/f", sends({{.text = "<"},
                             {.file = file, .offset = 5, .length = 10},
                             {.text = "|"},
                             {.file = file, .offset = 0, .length = content.size()},
                             {.file = file, .offset = 1, .length = 0},
                             {.text = std::string(AnswerQueue::kCopyMax + 1, '>')}}));
  TestClient by_tcp = server.connect();
  TestClient by_unix = server.pair();
  for (TestClient* client : {&by_tcp, &by_unix}) {
    const auto first = client->ask(get("/f"));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->body, "<" + content.substr(5, 10) + "|" + content +
                               std::string(AnswerQueue::kCopyMax + 1, '>'));
    const auto next = client->ask(kHello);  // The connection is as good as before.
    ASSERT_TRUE(next);
    EXPECT_EQ(next->body, "hello");
  }
}

TEST(FileAnswer, PipelinedOnesKeepTheirOrder) {
  TestServer server;
  const std::string content = pattern(100'000);
  server.app.on("/f", sends({{.file = file_of(content), .length = content.size()}}));
  TestClient client = server.connect(4096);
  std::string requests;
  for (int i = 0; i < 5; ++i) requests.append(get("/f")).append(kHello);
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 5; ++i) {
    const auto file = client.answer();
    ASSERT_TRUE(file);
    EXPECT_EQ(file->body, content);
    const auto hello = client.answer();
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->body, "hello");
  }
}

TEST(FileAnswer, ToHeadIsItsLengthOnly) {
  TestServer server;
  server.app.on("/f", sends({{.text = "ab"}, {.file = file_of("12345"), .length = 5}}));
  TestClient client = server.connect();
  ASSERT_TRUE(client.send("HEAD /f HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(kHello)));
  const auto answer = client.answer(true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("Content-Length"), "7");
  EXPECT_EQ(client.answer()->body, "hello");
}

TEST(FileAnswer, IsCutWhenTheFileHasBecomeShorter) {
  TestServer server;
  const std::string content = pattern(4 * AnswerQueue::kFileShare);
  const auto file = file_of(content);
  server.app.on("/f", sends({{.file = file, .length = content.size()}}));
  TestClient client = server.connect(4096);
  ASSERT_TRUE(client.send(get("/f")));
  ASSERT_TRUE(server.until([&] { return client.receive() && client.inbox().size() > 1000; }));
  ASSERT_EQ(::ftruncate(file->get(), 1000), 0);
  EXPECT_FALSE(client.answer());
  EXPECT_TRUE(client.ended());
  EXPECT_LT(client.inbox().size(), content.size());
  EXPECT_EQ(server.slot.requests_failed.get(), 1u);
}

// The first call only: after it either way continues where the other one stopped.
TEST(FileAnswer, IsReadAndWrittenWhereSendfileIsRefused) {
  const std::string content = pattern(AnswerQueue::kFileShare + 17);
  for (const int error : {EINVAL, ENOSYS, EOPNOTSUPP}) {
    SCOPED_TRACE(error);
    TestServer server;
    server.app.on("/f", sends({{.text = "<"},
                               {.file = file_of(content), .offset = 3, .length = 100'000},
                               {.text = ">"}}));
    TestClient client = server.connect(4096);
    sys::fault::fail_nth(1, "sendfile", error);
    const auto answer = client.ask(get("/f"));
    const bool happened = sys::fault::happened();
    sys::fault::never();
    EXPECT_TRUE(happened);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "<" + content.substr(3, 100'000) + ">");
    EXPECT_EQ(client.ask(kHello)->body, "hello");
  }
}

// procfs never takes sendfile(2); this file of it has a size.
TEST(FileAnswer, OfAFileSystemWithoutSendfileComesWhole) {
  const auto file = std::make_shared<const Fd>(::open("/proc/config.gz", O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!*file || ::fstat(file->get(), &facts) != 0) GTEST_SKIP() << "a kernel without config.gz";
  const auto size = static_cast<size_t>(facts.st_size);
  std::string content(size, '\0');
  ASSERT_EQ(::pread(file->get(), content.data(), size, 0), facts.st_size);
  TestServer server;
  server.app.on("/f", sends({{.file = file, .length = size}, {.file = file, .length = size}}));
  TestClient client = server.connect(4096);
  const auto answer = client.ask(get("/f"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, content + content);
}

TEST(FileAnswer, IsCutWhenTheFileThatIsCopiedHasBecomeShorter) {
  TestServer server;
  server.app.on("/f", sends({{.file = file_of("short"), .offset = 2, .length = 100}}));
  TestClient client = server.connect();
  sys::fault::fail_nth(2, "sendfile", EINVAL);  // The first takes "ort".
  EXPECT_FALSE(client.ask(get("/f")));
  EXPECT_TRUE(sys::fault::happened());
  sys::fault::never();
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(server.slot.requests_failed.get(), 1u);
}

TEST(FileAnswer, IsCutWhenTheFileCannotBeRead) {
  for (const int error : {EIO, EAGAIN}) {  // The second must not be taken for a slow client.
    SCOPED_TRACE(error);
    TestServer server;
    const auto file = std::make_shared<const Fd>(::open("/proc/config.gz", O_RDONLY | O_CLOEXEC));
    if (!*file) GTEST_SKIP() << "a kernel without config.gz";
    server.app.on("/f", sends({{.file = file, .length = 10'000}}));
    TestClient client = server.connect();
    sys::fault::fail_nth(1, "pread", error);
    EXPECT_FALSE(client.ask(get("/f")));
    EXPECT_TRUE(sys::fault::happened());
    sys::fault::never();
    EXPECT_TRUE(client.ended());
  }
}

// The share of a turn: another client is answered while the first one takes as fast as it can.
TEST(FileAnswer, LeavesOthersTheirTurn) {
  TestServer server;
  const std::string content = pattern(1024 * 1024);
  std::vector<BodyPiece> pieces(64, {.file = file_of(content), .length = content.size()});
  server.app.on("/f", sends(pieces));
  TestClient greedy = server.connect();
  TestClient other = server.connect();
  ASSERT_TRUE(greedy.send(get("/f")));
  ASSERT_TRUE(other.send(kHello));
  EXPECT_TRUE(server.until([&] { return greedy.receive(), other.receive(); }));
  EXPECT_LT(greedy.inbox().size(), 32 * content.size());
}

// The handler has ended: only the client's pace counts, not the handler's deadline.
TEST(FileAnswer, OutlivesTheDeadlineOfItsRequest) {
  HttpLimits limits;
  limits.request_timeout = std::chrono::seconds(5);
  TestServer server(limits);
  const std::string content = pattern(16 * 1024 * 1024);
  server.app.on("/f", sends({{.file = file_of(content), .length = content.size()}}));
  TestClient client = server.connect(4096);
  ASSERT_TRUE(client.send(get("/f")));
  server.settle();
  server.pass(std::chrono::seconds(20));
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, content);
}

}  // namespace
}  // namespace svc
