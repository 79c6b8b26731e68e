#include "core/process/channel.h"

#include <cerrno>
#include <cstring>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// Both ends are processes of one host and one build: the byte order is the machine's.
struct Header {
  uint16_t kind;
  uint16_t version;
  uint32_t number;
};
static_assert(sizeof(Header) == 8);

// Room for the descriptors of one message, aligned as cmsg(3) wants it.
union Control {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int) * kDescriptorsMax)];
};

// Whatever was sent along, owned at once: a malformed message must not leak descriptors into us.
std::vector<Fd> take_descriptors(msghdr& message) {
  std::vector<Fd> descriptors;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(fd));
      descriptors.emplace_back(fd);
    }
  }
  return descriptors;
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::create_pair() {
  int ends[2];
  if (sys::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
    return Error::from_errno("socketpair for a worker's channel");
  return std::pair(Channel(Fd(ends[0])), Channel(Fd(ends[1])));
}

Result<> Channel::send(ChannelKind kind, uint32_t number, std::string_view text,
                       std::span<const int> descriptors) {
  SVC_CHECK(text.size() <= kChannelTextMax && descriptors.size() <= kDescriptorsMax);
  Header header{static_cast<uint16_t>(kind), kChannelVersion, number};
  iovec parts[2] = {{&header, sizeof(header)}, {const_cast<char*>(text.data()), text.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;

  Control control{};
  if (!descriptors.empty()) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  }
  if (sys::sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    return Error::from_errno("send on a worker's channel");
  return {};
}

Result<std::optional<ChannelMessage>> Channel::receive() {
  Header header{};
  char text[kChannelTextMax];
  iovec parts[2] = {{&header, sizeof(header)}, {text, sizeof(text)}};
  Control control{};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof(control.bytes);

  const ssize_t size = sys::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0) {
    if (errno == EAGAIN) return std::nullopt;
    return Error::from_errno("receive on a worker's channel");
  }
  std::vector<Fd> descriptors = take_descriptors(message);
  if (size == 0) return Error::of(std::errc::connection_reset, "the channel's other end is gone");
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
    return Error::of(std::errc::protocol_error, "channel message too large");
  if (static_cast<size_t>(size) < sizeof(header) || header.version != kChannelVersion)
    return Error::of(std::errc::protocol_error, "channel packet is no message of this version");

  ChannelMessage result;
  result.kind = static_cast<ChannelKind>(header.kind);
  result.number = header.number;
  result.text.assign(text, static_cast<size_t>(size) - sizeof(header));
  result.descriptors = std::move(descriptors);
  return result;
}

}  // namespace svc
