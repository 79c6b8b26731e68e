#include "core/base/packet.h"

#include <cerrno>
#include <cstring>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// Room for the descriptors of one message, aligned as cmsg(3) wants it.
union Control {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int) * kBulkDescriptorsMax) + CMSG_SPACE(sizeof(ucred))];
};

std::optional<uid_t> sender_of(msghdr& message) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_CREDENTIALS) continue;
    ucred sender{};
    if (part->cmsg_len < CMSG_LEN(sizeof(sender))) continue;
    std::memcpy(&sender, CMSG_DATA(part), sizeof(sender));
    return sender.uid;
  }
  return std::nullopt;
}

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

iovec part_of(std::string_view text) noexcept {
  return {const_cast<char*>(text.data()), text.size()};
}

}  // namespace

Result<std::pair<Fd, Fd>> make_packet_pair() {
  int ends[2];
  if (sys::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
    return Error::from_errno("socketpair");
  return std::pair(Fd(ends[0]), Fd(ends[1]));
}

Result<> send_packet(int socket, std::string_view head, std::string_view body,
                     std::span<const int> descriptors) {
  SVC_CHECK(descriptors.size() <= kBulkDescriptorsMax);
  iovec parts[2] = {part_of(head), part_of(body)};
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
  if (sys::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    return Error::from_errno("sendmsg");
  return {};
}

Result<std::optional<Packet>> receive_packet(int socket, std::span<char> buffer,
                                             const PacketWishes& wishes) {
  SVC_CHECK(wishes.descriptors_max <= kBulkDescriptorsMax);
  iovec part{buffer.data(), buffer.size()};
  Control control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = CMSG_SPACE(sizeof(int) * wishes.descriptors_max);
  if (wishes.sender) message.msg_controllen += CMSG_SPACE(sizeof(ucred));
  const int flags = MSG_DONTWAIT | MSG_CMSG_CLOEXEC | (wishes.peek ? MSG_PEEK : 0);
  const ssize_t size = sys::recvmsg(socket, &message, flags);
  if (size < 0) {
    if (errno == EAGAIN) return std::nullopt;
    return Error::from_errno("recvmsg");
  }
  return Packet{.bytes = {buffer.data(), static_cast<size_t>(size)},
                .descriptors = take_descriptors(message),
                .cut = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0,
                .sender = sender_of(message)};
}

}  // namespace svc
