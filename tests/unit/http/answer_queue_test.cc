#include "core/http/answer_queue.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "core/base/fd.h"

namespace svc {
namespace {

using Sent = AnswerQueue::Sent;

struct Ends {
  Fd server, client;
};

Ends connected() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

std::string take(int socket) {
  std::string all;
  std::array<char, 64 * 1024> space;
  for (ssize_t size; (size = ::recv(socket, space.data(), space.size(), 0)) > 0;) {
    all.append(space.data(), static_cast<size_t>(size));
  }
  return all;
}

TEST(AnswerQueue, SendsPiecesInOrder) {
  Ends ends = connected();
  AnswerQueue queue;
  queue.tail() += "head1";
  queue.append("small");
  queue.append(std::string(AnswerQueue::kCopyMax + 1, 'L'));
  queue.tail() += "head2";
  EXPECT_EQ(queue.size(), 15 + AnswerQueue::kCopyMax + 1);
  EXPECT_EQ(queue.send(ends.server.get()), Sent::all);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.sent(), 15 + AnswerQueue::kCopyMax + 1);
  EXPECT_EQ(take(ends.client.get()),
            "head1small" + std::string(AnswerQueue::kCopyMax + 1, 'L') + "head2");
}

TEST(AnswerQueue, SendsMorePiecesThanOneCallTakes) {
  Ends ends = connected();
  AnswerQueue queue;
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    std::string body(17'000, static_cast<char>('a' + i % 26));
    expected += body;
    queue.append(std::move(body));
  }
  std::string got;
  while (queue.send(ends.server.get()) == Sent::blocked) got += take(ends.client.get());
  got += take(ends.client.get());
  EXPECT_EQ(got, expected);
}

Ends connected_by_tcp() {
  const Fd listener(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{.sin_family = AF_INET,
                      .sin_port = 0,
                      .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
                      .sin_zero = {}};
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(listener.get(), any, size), 0);
  EXPECT_EQ(::listen(listener.get(), 1), 0);
  EXPECT_EQ(::getsockname(listener.get(), any, &size), 0);
  Fd client(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(::connect(client.get(), any, size), 0);
  Fd server(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK));
  EXPECT_EQ(::fcntl(client.get(), F_SETFL, O_NONBLOCK), 0);
  return {std::move(server), std::move(client)};
}

bool is_corked(const Fd& socket) {
  int on = -1;
  socklen_t size = sizeof on;
  EXPECT_EQ(::getsockopt(socket.get(), IPPROTO_TCP, TCP_CORK, &on, &size), 0);
  return on != 0;
}

// Or the last bytes of an answer would wait in the kernel for 200 ms, or for the next answer.
TEST(AnswerQueue, TakesTheCorkOutBehindALongFile) {
  Ends ends = connected_by_tcp();
  const uint64_t size = 20 << 20;
  const auto file = std::make_shared<const Fd>(::memfd_create("test", MFD_CLOEXEC));
  ASSERT_EQ(::ftruncate(file->get(), static_cast<off_t>(size)), 0);
  AnswerQueue queue;
  queue.tail() += "head";
  queue.append({.file = file, .offset = 0, .length = size});
  Sent sent = Sent::more;
  while (sent == Sent::more) sent = queue.send(ends.server.get());
  ASSERT_EQ(sent, Sent::blocked) << "20 MiB fit into no socket";
  EXPECT_TRUE(is_corked(ends.server));
  size_t got = 0;
  while (sent != Sent::all) {
    got += take(ends.client.get()).size();
    sent = queue.send(ends.server.get());
    ASSERT_NE(sent, Sent::failed);
  }
  EXPECT_FALSE(is_corked(ends.server));
  while (got < 4 + size) got += take(ends.client.get()).size();

  queue.tail() += "short";
  queue.append({.file = file, .offset = 0, .length = AnswerQueue::kCorkMin - 1});
  EXPECT_EQ(queue.send(ends.server.get()), Sent::all);
  EXPECT_FALSE(is_corked(ends.server));
}

// A stream that is never quite sent must not keep all that it ever sent.
TEST(AnswerQueue, ForgetsWhatIsSentOfAPieceThatIsAppendedTo) {
  Ends ends = connected();
  AnswerQueue queue;
  std::string expected, got;
  std::array<char, 30'000> space;
  for (int i = 0; i < 1000; ++i) {
    const std::string part(20'000, static_cast<char>('a' + i % 26));
    expected += part;
    queue.tail() += part;
    EXPECT_NE(queue.send(ends.server.get()), Sent::failed);
    if (queue.size() > 100'000) {
      const ssize_t size = ::recv(ends.client.get(), space.data(), space.size(), 0);
      ASSERT_GT(size, 0);
      got.append(space.data(), static_cast<size_t>(size));
    }
    ASSERT_LT(queue.tail().size(), queue.size() + 2 * AnswerQueue::kKeptMax);
    if (queue.size() > 200'000) got += take(ends.client.get());
  }
  while (queue.send(ends.server.get()) == Sent::blocked) got += take(ends.client.get());
  got += take(ends.client.get());
  EXPECT_TRUE(got == expected);
}

TEST(AnswerQueue, ReportsAPeerThatIsGone) {
  Ends ends = connected();
  AnswerQueue queue;
  queue.tail() += "x";
  ends.client.reset();
  EXPECT_EQ(queue.send(ends.server.get()), Sent::failed);
}

TEST(AnswerQueue, KeepsLittleMemoryWhenItIsEmpty) {
  Ends ends = connected();
  AnswerQueue queue;
  queue.tail().assign(200'000, 'x');
  while (queue.send(ends.server.get()) == Sent::blocked) take(ends.client.get());
  EXPECT_LE(queue.tail().capacity(), AnswerQueue::kKeptMax);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace svc
