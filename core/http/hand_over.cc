#include "core/http/hand_over.h"

#include <fcntl.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/packet.h"
#include "core/base/sys.h"
#include "core/http/server_core.h"

namespace svc {
namespace {

constexpr uint32_t kMagic = 0x43765348;
constexpr uint32_t kPlainVersion = 1;
constexpr uint32_t kToldVersion = 2;

// Both ends are workers of one host; a generation of another version throws away what it can't
// read.
struct Record {
  uint32_t magic;
  uint32_t version;
  uint64_t requests;
};
static_assert(sizeof(Record) == 16);

// Behind a record of kToldVersion.
struct ToldRecord {
  uint8_t kind;
  uint8_t secure;
  uint16_t length;
  char source[sizeof(sockaddr_in6)];
};
static_assert(sizeof(ToldRecord) == 32);

ToldRecord record_of(const ProxyTold& told) noexcept {
  const socklen_t length = std::min<socklen_t>(told.source.length(), sizeof(ToldRecord::source));
  ToldRecord record{
      static_cast<uint8_t>(told.kind), told.secure, static_cast<uint16_t>(length), {}};
  std::memcpy(record.source, told.source.get(), length);
  return record;
}

std::optional<ProxyTold> take_told(std::string_view& bytes) noexcept {
  ToldRecord record;
  if (bytes.size() < sizeof record) return std::nullopt;
  std::memcpy(&record, bytes.data(), sizeof record);
  bytes.remove_prefix(sizeof record);
  if (record.kind > static_cast<uint8_t>(ProxyTold::Kind::client) ||
      record.length > sizeof record.source)
    return std::nullopt;
  ProxyTold told{static_cast<ProxyTold::Kind>(record.kind), record.secure != 0, {}};
  if (told.kind != ProxyTold::Kind::client) return told;
  sockaddr_storage storage{};
  std::memcpy(&storage, record.source, record.length);
  told.source = Address::from_sockaddr(storage, record.length);
  const int family = told.source.family();
  if (family != AF_INET && family != AF_INET6) return std::nullopt;
  return told;
}

}  // namespace

HandOver::HandOver(ServerCore& core)
    : core_(core),
      again_timer_([this] {
        full_ = false;
        core_.for_each_connection([](Connection& connection) { connection.on_drain(); });
      }),
      receive_timer_([this] {
        if (!watch()) pause();
      }) {}

Result<> HandOver::watch() {
  SVC_TRY_VOID(core_.loop.watch(in_, EPOLLIN, *this));
  watched_ = true;
  return {};
}

void HandOver::unwatch() noexcept {
  if (std::exchange(watched_, false)) core_.loop.unwatch(in_, *this);
}

Result<> HandOver::receive_from(int in) {
  SVC_CHECK(in_ < 0);
  in_ = in;
  auto watched = watch();
  if (!watched) in_ = -1;
  return watched;
}

void HandOver::stop_receiving() noexcept {
  unwatch();
  receive_timer_.disarm();
}

void HandOver::receive_the_rest() {
  if (in_ < 0) return;
  // Whoever gives on and on must not keep us from ending.
  for (int i = 0; i < kAtTheEnd && take_one() == Took::one; ++i) {
  }
}

void HandOver::pause() {
  unwatch();
  receive_timer_.arm(core_.loop, core_.loop.now() + kPause);
}

void HandOver::on_ready(uint32_t) {
  for (int i = 0; i < kPerTurn; ++i) {
    if (core_.full()) return pause();
    switch (take_one()) {
      case Took::one:
        break;
      case Took::none:
        return;
      case Took::not_now:
        return pause();
    }
  }
}

// A message whose descriptor finds no room is lost with its connection: room is made first.
HandOver::Took HandOver::take_one() {
  if (!reserve_) reserve_ = Fd(sys::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!reserve_) return Took::not_now;
  reserve_.reset();
  auto packet = receive_packet(in_, core_.scratch());
  if (!packet) {
    log::warn("connections of other workers can't be taken: {}", packet.error().text);
    return Took::not_now;
  }
  if (!*packet) return Took::none;
  if ((*packet)->bytes.empty()) return Took::not_now;  // Nobody gives any more: no reason to spin.
  std::string_view bytes = (*packet)->bytes;
  Record record{};
  if (bytes.size() >= sizeof record) std::memcpy(&record, bytes.data(), sizeof record);
  bool known = !(*packet)->cut && (*packet)->descriptors.size() == 1 && record.magic == kMagic;
  std::optional<ProxyTold> told;
  if (known) bytes.remove_prefix(sizeof record);
  if (known && record.version == kToldVersion) told = take_told(bytes);
  known = known && (told || record.version == kPlainVersion);
  if (!known) {
    log::warn("a connection that another worker gave away is closed: not of version {} or {}",
              kPlainVersion, kToldVersion);
    return Took::one;
  }
  core_.adopt(std::move((*packet)->descriptors.front()), record.requests, told ? &*told : nullptr,
              bytes);
  return Took::one;
}

bool HandOver::give(int socket, uint64_t requests, const ProxyTold* told, std::string_view bytes) {
  SVC_CHECK(may_give_now() && bytes.size() <= kBytesMax);
  const Record record{kMagic, told == nullptr ? kPlainVersion : kToldVersion, requests};
  char space[sizeof record + sizeof(ToldRecord)];
  std::memcpy(space, &record, sizeof record);
  size_t size = sizeof record;
  if (told != nullptr) {
    const ToldRecord rest = record_of(*told);
    std::memcpy(space + size, &rest, sizeof rest);
    size += sizeof rest;
  }
  const std::string_view head(space, size);
  auto sent = send_packet(out_, head, bytes, {&socket, 1});
  if (sent) return true;
  switch (static_cast<int>(sent.error().code)) {
    case EAGAIN:
    case ENOBUFS:
    case ETOOMANYREFS:  // Too many on their way (unix(7)).
      full_ = true;
      again_timer_.arm(core_.loop, core_.loop.now() + kTryAgain);
      return false;
    default:
      log::warn("connections can't be given to other workers: {}", sent.error().text);
      out_ = -1;
      return false;
  }
}

}  // namespace svc
