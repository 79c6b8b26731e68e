#include "core/process/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace svc {
namespace {

struct Ends {
  Channel master, worker;
};

Ends make_pair() {
  auto pair = Channel::create_pair();
  EXPECT_TRUE(pair);
  return {std::move(pair->first), std::move(pair->second)};
}

void send_raw(const Channel& from, const std::string& bytes) {
  ASSERT_EQ(::send(from.descriptor(), bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(bytes.size()));
}

TEST(Channel, CarriesKindNumberAndText) {
  Ends ends = make_pair();
  ASSERT_TRUE(ends.worker.send(ChannelKind::failed, 7, "no database"));
  const auto message = ends.master.receive();
  ASSERT_TRUE(message && *message);
  EXPECT_EQ((*message)->kind, ChannelKind::failed);
  EXPECT_EQ((*message)->number, 7U);
  EXPECT_EQ((*message)->text, "no database");
  EXPECT_TRUE((*message)->descriptors.empty());
}

TEST(Channel, KeepsMessagesApartAndInOrder) {
  Ends ends = make_pair();
  for (uint32_t i = 0; i < 50; ++i) ASSERT_TRUE(ends.master.send(ChannelKind::drain, i));
  for (uint32_t i = 0; i < 50; ++i) EXPECT_EQ((*ends.worker.receive())->number, i);
  EXPECT_FALSE(*ends.worker.receive());
}

TEST(Channel, CarriesTheLongestText) {
  Ends ends = make_pair();
  const std::string text(kChannelTextMax, 'x');
  ASSERT_TRUE(ends.worker.send(ChannelKind::routes, 0, text));
  EXPECT_EQ((*ends.master.receive())->text, text);
}

TEST(Channel, CarriesDescriptorsCloseOnExec) {
  Ends ends = make_pair();
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const Fd read_end(pipe[0]), write_end(pipe[1]);
  const int given[] = {pipe[1], pipe[1]};
  ASSERT_TRUE(ends.master.send(ChannelKind::log_target, 0, {}, given));
  const auto message = ends.worker.receive();
  ASSERT_EQ((*message)->descriptors.size(), 2U);
  EXPECT_EQ(::fcntl((*message)->descriptors[0].get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::write((*message)->descriptors[1].get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(pipe[0], &byte, 1), 1);
}

TEST(Channel, TellsThatTheOtherSideIsGone) {
  Ends ends = make_pair();
  ASSERT_TRUE(ends.worker.send(ChannelKind::drained));
  ends.worker = Channel();
  EXPECT_TRUE(*ends.master.receive()) << "what was said before is heard";
  EXPECT_EQ(ends.master.receive().error().code, std::errc::connection_reset);
  EXPECT_EQ(ends.master.send(ChannelKind::drain).error().code, std::errc::broken_pipe);
}

TEST(Channel, NeverBlocksOnASideThatDoesNotRead) {
  Ends ends = make_pair();
  Result<> sent;
  for (int i = 0; i < 100'000 && sent; ++i) sent = ends.worker.send(ChannelKind::routes, 0, "row");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, std::errc::resource_unavailable_try_again);
}

TEST(Channel, ThrowsAwayWhatIsNoMessageAndGoesOn) {
  Ends ends = make_pair();
  send_raw(ends.worker, "short");
  send_raw(ends.worker, std::string(8, '\xff'));                       // Another version.
  send_raw(ends.worker, std::string(kChannelTextMax + 4096, '\x01'));  // Too large.
  ASSERT_TRUE(ends.worker.send(ChannelKind::ready));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(ends.master.receive().error().code, std::errc::protocol_error) << i;
  EXPECT_EQ((*ends.master.receive())->kind, ChannelKind::ready);
}

TEST(Channel, PassesOnAKindThatItDoesNotKnow) {
  Ends ends = make_pair();
  ASSERT_TRUE(ends.worker.send(static_cast<ChannelKind>(999)));
  EXPECT_EQ(static_cast<int>((*ends.master.receive())->kind), 999);
}

// Descriptors of a message that is refused would otherwise fill the master's table.
TEST(Channel, KeepsNoDescriptorOfAMalformedMessage) {
  Ends ends = make_pair();
  const int before = ::dup(0);
  ::close(before);
  for (int i = 0; i < 10; ++i) {
    char bad[4] = {};
    iovec part{bad, sizeof(bad)};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 8)] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * 8);
    auto* fds = reinterpret_cast<int*>(CMSG_DATA(rights));
    for (int j = 0; j < 8; ++j) fds[j] = 0;
    ASSERT_GT(::sendmsg(ends.worker.descriptor(), &message, 0), 0);
    EXPECT_FALSE(ends.master.receive());
  }
  const int after = ::dup(0);
  ::close(after);
  EXPECT_EQ(after, before);
}

TEST(Channel, NobodysChannelFailsEveryCall) {
  Channel nobody;
  EXPECT_FALSE(nobody.send(ChannelKind::ready));
  EXPECT_FALSE(nobody.receive());
}

}  // namespace
}  // namespace svc
