#include "core/http/answer_queue.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
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
