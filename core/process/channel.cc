#include "core/process/channel.h"

#include <array>
#include <cstring>

#include "core/base/check.h"
#include "core/base/packet.h"
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

}  // namespace

Result<std::pair<Channel, Channel>> Channel::create_pair() {
  auto ends = make_packet_pair();
  if (!ends) return std::move(ends).error().within("a worker's channel");
  return std::pair(Channel(std::move(ends->first)), Channel(std::move(ends->second)));
}

Result<> Channel::send(ChannelKind kind, uint32_t number, std::string_view text,
                       std::span<const int> descriptors) {
  SVC_CHECK(text.size() <= kChannelTextMax && descriptors.size() <= kDescriptorsMax);
  const Header header{static_cast<uint16_t>(kind), kChannelVersion, number};
  const std::string_view head(reinterpret_cast<const char*>(&header), sizeof(header));
  auto sent = send_packet(socket_.get(), head, text, descriptors);
  if (!sent) return std::move(sent).error().within("send on a worker's channel");
  return {};
}

bool send_from_signal(int channel, ChannelKind kind, std::string_view text) noexcept {
  Header header{static_cast<uint16_t>(kind), kChannelVersion, 0};
  iovec parts[2] = {{&header, sizeof(header)}, {const_cast<char*>(text.data()), text.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return sys::sendmsg(channel, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

Result<std::optional<ChannelMessage>> Channel::receive() {
  std::array<char, sizeof(Header) + kChannelTextMax> buffer;
  auto packet = receive_packet(socket_.get(), buffer, {.sender = true});
  if (!packet) return std::move(packet).error().within("receive on a worker's channel");
  if (!*packet) return std::nullopt;
  const std::string_view bytes = (*packet)->bytes;
  if (bytes.empty())
    return Error::of(std::errc::connection_reset, "the channel's other end is gone");
  if ((*packet)->cut) return Error::of(std::errc::protocol_error, "channel message too large");
  Header header{};
  if (bytes.size() >= sizeof(header)) std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.version != kChannelVersion)
    return Error::of(std::errc::protocol_error, "channel packet is no message of this version");

  ChannelMessage result;
  result.kind = static_cast<ChannelKind>(header.kind);
  result.number = header.number;
  result.text = bytes.substr(sizeof(header));
  result.descriptors = std::move((*packet)->descriptors);
  result.sender = (*packet)->sender;
  return result;
}

}  // namespace svc
