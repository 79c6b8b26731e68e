#include "core/process/fd_store.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "core/base/packet.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr uint32_t kStoreMagic = 0x73637673;  // "svcs"

struct StoreHeader {
  uint32_t magic;
  uint16_t part, parts;
  uint64_t version;
};
static_assert(sizeof(StoreHeader) == 16);

void set_peek_offset(int reader, int offset) noexcept {
  sys::setsockopt(reader, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof offset);
}

// Collects packets; knows the latest content that was complete.
class Collector {
 public:
  void add(Packet packet) {
    ++packets_;
    StoreHeader header{};
    if (packet.cut || packet.bytes.size() < sizeof header) return drop();
    std::memcpy(&header, packet.bytes.data(), sizeof header);
    if (header.magic != kStoreMagic || header.part >= header.parts) return drop();
    version_ = std::max(version_, header.version);
    if (header.part == 0) {
      collected_.emplace();
      current_ = header;
    } else if (!collected_ || header.version != current_.version ||
               header.parts != current_.parts || header.part != current_.part + 1) {
      return drop();
    }
    current_.part = header.part;
    collected_->text += packet.bytes.substr(sizeof header);
    for (Fd& fd : packet.descriptors) collected_->descriptors.push_back(std::move(fd));
    if (collected_->text.size() > FdStore::kTextMax ||
        collected_->descriptors.size() > FdStore::kDescriptorsMax)
      return drop();
    if (header.part + 1 < header.parts) return;
    complete_ = std::move(collected_);
    collected_.reset();
  }

  size_t packets() const noexcept { return packets_; }
  uint64_t version() const noexcept { return version_; }
  std::optional<FdStore::Content>& complete() noexcept { return complete_; }

 private:
  void drop() { collected_.reset(); }

  StoreHeader current_{};
  std::optional<FdStore::Content> collected_, complete_;
  size_t packets_ = 0;
  uint64_t version_ = 0;
};

Collector look_into(int reader) {
  constexpr PacketWishes kLook{.descriptors_max = kBulkDescriptorsMax, .peek = true};
  std::vector<char> buffer(sizeof(StoreHeader) + FdStore::kTextMax);
  Collector collector;
  set_peek_offset(reader, 0);
  while (collector.packets() < FdStore::kPacketsMax) {
    auto packet = receive_packet(reader, buffer, kLook);
    if (!packet || !*packet || (*packet)->bytes.empty()) break;
    collector.add(std::move(**packet));
  }
  set_peek_offset(reader, -1);
  return collector;
}

// Takes packets off the front; their descriptors are closed.
void take_off(int reader, size_t packets) noexcept {
  constexpr PacketWishes kTake{.descriptors_max = kBulkDescriptorsMax};
  std::array<char, 1> buffer;
  for (size_t i = 0; i < packets; ++i) {
    const auto packet = receive_packet(reader, buffer, kTake);
    if (!packet || !*packet || (*packet)->bytes.empty()) return;
  }
}

}  // namespace

Result<FdStore> FdStore::create() {
  SVC_TRY(auto ends, make_packet_pair());
  return FdStore(std::move(ends.first), std::move(ends.second));
}

Result<> FdStore::put(std::string_view text, std::span<const int> descriptors) {
  if (text.size() > kTextMax || descriptors.size() > kDescriptorsMax)
    return Error::of(std::errc::argument_list_too_long, "more than a store has room for");
  const Collector former = look_into(reader());
  StoreHeader header{kStoreMagic, 0, 1, former.version() + 1};
  header.parts = static_cast<uint16_t>(
      std::max<size_t>(1, (descriptors.size() + kBulkDescriptorsMax - 1) / kBulkDescriptorsMax));
  for (; header.part < header.parts; ++header.part) {
    const std::string_view head(reinterpret_cast<const char*>(&header), sizeof header);
    const auto some = descriptors.first(std::min(descriptors.size(), kBulkDescriptorsMax));
    SVC_TRY_VOID(send_packet(writer(), head, header.part == 0 ? text : "", some));
    descriptors = descriptors.subspan(some.size());
  }
  take_off(reader(), former.packets());
  return {};
}

void FdStore::clear() noexcept {
  if (reader_) take_off(reader(), kPacketsMax);
}

Result<FdStore::Content> FdStore::read(int reader) {
  auto collector = look_into(reader);
  if (!collector.complete()) return Error::invalid("no complete content");
  return std::move(*collector.complete());
}

bool FdStore::is_reader(int descriptor) noexcept {
  int type = 0, listening = 1;
  socklen_t size = sizeof type;
  if (sys::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) < 0) return false;
  size = sizeof listening;
  if (sys::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0) return false;
  return type == SOCK_SEQPACKET && listening == 0;
}

}  // namespace svc
