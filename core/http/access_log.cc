#include "core/http/access_log.h"

#include <arpa/inet.h>
#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/base/log.h"
#include "core/http/spoken_id.h"
#include "core/http/trace_context.h"

namespace svc {

// One request as it waits for its line; the texts follow, in this order.
struct PackedRequest {
  Instant ended;
  Duration took;
  uint64_t bytes;
  uint64_t id;
  uint16_t status;
  uint16_t method, path, referer, user_agent;  // Sizes.
  uint8_t request_id, trace_id;
  uint8_t version_minor;
  uint8_t peer_family;  // 0: neither IPv4 nor IPv6.
  bool complete;
  std::array<unsigned char, 16> peer;
};

namespace {

constexpr size_t kTraceIdSize = 32;

// One byte more than will be told: then the line says that it was cut.
uint16_t kept(std::string_view text, size_t max) noexcept {
  return static_cast<uint16_t>(std::min(text.size(), max + 1));
}

// The fields of a request that its line tells.
struct Told {
  std::string_view request_id, traceparent, referer, user_agent;
};

Told told_fields(const RequestHead& head) noexcept {
  Told told;
  for (const HeaderField& field : head.headers) {
    std::string_view* into = nullptr;
    std::string_view name;
    switch (field.name.size()) {
      case 7:
        into = &told.referer, name = "referer";
        break;
      case 10:
        into = &told.user_agent, name = "user-agent";
        break;
      case 11:
        into = &told.traceparent, name = "traceparent";
        break;
      case 12:
        into = &told.request_id, name = "x-request-id";
        break;
      default:
        continue;
    }
    if (!iequals(field.name, name)) continue;
    if (into->empty()) {
      *into = field.value;
    } else if (into == &told.traceparent) {
      *into = "twice";  // Then it is ignored: make_trace().
    }
  }
  return told;
}

void pack_peer(const Address& peer, PackedRequest& into) noexcept {
  into.peer_family = 0;
  if (peer.family() == AF_INET) {
    const auto* address = reinterpret_cast<const sockaddr_in*>(peer.get());
    std::memcpy(into.peer.data(), &address->sin_addr, sizeof address->sin_addr);
    into.peer_family = AF_INET;
  } else if (peer.family() == AF_INET6) {
    const auto* address = reinterpret_cast<const sockaddr_in6*>(peer.get());
    std::memcpy(into.peer.data(), &address->sin6_addr, sizeof address->sin6_addr);
    into.peer_family = AF_INET6;
  }
}

// inet_ntop(3) goes by sprintf, which is a good part of a line's price.
std::string_view peer_text(const PackedRequest& packed, std::array<char, INET6_ADDRSTRLEN>& space) {
  if (packed.peer_family == AF_INET) {
    const auto end =
        fmt::format_to_n(space.data(), space.size(), FMT_COMPILE("{}.{}.{}.{}"), packed.peer[0],
                         packed.peer[1], packed.peer[2], packed.peer[3]);
    return {space.data(), end.size};
  }
  if (packed.peer_family == AF_INET6 &&
      ::inet_ntop(AF_INET6, packed.peer.data(), space.data(), INET6_ADDRSTRLEN) != nullptr) {
    return space.data();
  }
  return "unix:";
}

}  // namespace

// The next record and its texts.
struct AccessLog::Unpacked {
  PackedRequest packed;
  std::string_view method, path, referer, user_agent, request_id, trace_id;

  explicit Unpacked(std::string_view& rest) {
    std::memcpy(&packed, rest.data(), sizeof packed);
    rest.remove_prefix(sizeof packed);
    const auto take = [&rest](size_t size) {
      const std::string_view text = rest.substr(0, size);
      rest.remove_prefix(size);
      return text;
    };
    method = take(packed.method);
    path = take(packed.path);
    referer = take(packed.referer);
    user_agent = take(packed.user_agent);
    request_id = take(packed.request_id);
    trace_id = take(packed.trace_id);
  }
};

AccessLog::AccessLog(EventLoop& loop, AccessLines lines, LogTarget target, BoardNumber& lost)
    : loop_(loop),
      lines_(std::move(lines)),
      target_(std::move(target)),
      timer_([this] { flush(); }),
      lost_(lost) {
  records_.reserve(kFlushAt);
}

void AccessLog::request_over(const EndedRequest& request) noexcept {
  PackedRequest packed{};
  packed.ended = request.ended;
  packed.took = request.took();
  packed.bytes = request.bytes_out;
  packed.id = request.id;
  packed.status = static_cast<uint16_t>(request.status);
  packed.complete = request.complete;
  pack_peer(*request.peer, packed);
  Told told;
  std::string_view method, path, trace;
  if (request.head != nullptr) {
    told = told_fields(*request.head);
    method = request.head->method_text;
    path = request.head->target;
    packed.version_minor = static_cast<uint8_t>(request.head->version_minor);
    if (!is_spoken_id(told.request_id)) told.request_id = {};
    if (request.trace != nullptr) {
      trace = request.trace->trace_id();
    } else if (!told.traceparent.empty() && parse_traceparent(told.traceparent)) {
      trace = told.traceparent.substr(3, kTraceIdSize);
    }
    packed.method = kept(method, kAccessMethodMax);
    packed.path = kept(path, kAccessPathMax);
    packed.referer = kept(told.referer, kAccessFieldMax);
    packed.user_agent = kept(told.user_agent, kAccessFieldMax);
    packed.request_id = static_cast<uint8_t>(told.request_id.size());
    packed.trace_id = static_cast<uint8_t>(trace.size());
  }
  if (records_.empty()) timer_.arm(loop_, loop_.now() + kDelay);
  records_.append(reinterpret_cast<const char*>(&packed), sizeof packed);
  records_.append(method.substr(0, packed.method));
  records_.append(path.substr(0, packed.path));
  records_.append(told.referer.substr(0, packed.referer));
  records_.append(told.user_agent.substr(0, packed.user_agent));
  records_.append(told.request_id);
  records_.append(trace);
  if (records_.size() >= kBufferMax) return flush();
  // Due in this turn or the next: whoever is being answered in this one comes first.
  if (records_.size() >= kFlushAt) timer_.arm(loop_, loop_.now());
}

void AccessLog::set_target(LogTarget target) {
  flush();
  target_ = std::move(target);
}

void AccessLog::flush() noexcept {
  timer_.disarm();
  // The clock of the records waits for nobody, that of people is set now and then.
  const Instant now = loop_.clock().now();
  const auto wall = std::chrono::system_clock::now();
  const size_t batch_max = target_.batch_max();
  size_t count = 0;
  failing_ = false;
  for (std::string_view rest = records_; !rest.empty();) {
    if (failing_) {  // It takes no more at present: the lines need not be made.
      lose(skip(rest));
      break;
    }
    append_line(rest, now, wall);
    ++count;
    if (batch_.size() + kAccessLineMax > batch_max) write(std::exchange(count, 0));
  }
  if (count > 0) write(count);
  records_.clear();
  tell_dropped(now);
}

uint64_t AccessLog::skip(std::string_view rest) {
  uint64_t count = 0;
  for (; !rest.empty(); ++count) static_cast<void>(Unpacked(rest));
  return count;
}

void AccessLog::append_line(std::string_view& rest, Instant now,
                            std::chrono::system_clock::time_point wall) {
  const Unpacked record(rest);
  const PackedRequest& packed = record.packed;
  std::array<char, INET6_ADDRSTRLEN> peer;
  std::array<char, 16> own_id;
  AccessEntry entry;
  entry.time = wall - (now - packed.ended);
  entry.peer = peer_text(packed, peer);
  entry.method = record.method;
  entry.path = record.path;
  entry.version_minor = packed.version_minor;
  entry.status = packed.status;
  entry.bytes = packed.bytes;
  entry.took = packed.took;
  entry.complete = packed.complete;
  entry.request_id = record.request_id;
  if (entry.request_id.empty() && packed.id != 0) {
    for (size_t at = own_id.size(); at-- > 0;) {
      own_id[at] = "0123456789abcdef"[packed.id >> (4 * (own_id.size() - 1 - at)) & 15];
    }
    entry.request_id = {own_id.data(), own_id.size()};
  }
  entry.trace_id = record.trace_id;
  entry.referer = record.referer;
  entry.user_agent = record.user_agent;
  lines_.append(batch_, entry);
}

void AccessLog::write(size_t count) {
  const size_t written = target_.write_lines(batch_);
  if (written < batch_.size()) {
    const std::string_view whole = std::string_view(batch_).substr(0, written);
    lose(count - static_cast<size_t>(std::ranges::count(whole, '\n')));
    failing_ = true;
  }
  batch_.clear();
}

void AccessLog::lose(uint64_t count) noexcept {
  dropped_ += count;
  lost_.add(count);
}

// Into the log, which may go elsewhere: once when it begins, then now and then.
void AccessLog::tell_dropped(Instant now) {
  if (dropped_ == told_ || (told_ > 0 && now - told_at_ < kTellEvery)) return;
  log::warn("{} lines of the access log were dropped: it could not be written", dropped_ - told_);
  told_ = dropped_;
  told_at_ = now;
}

}  // namespace svc
