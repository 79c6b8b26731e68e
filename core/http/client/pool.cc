#include "core/http/client/pool.h"

#include <algorithm>
#include <string_view>

#include "core/base/check.h"

namespace svc {

void ClientPermit::release() noexcept {
  if (pool_ != nullptr) std::exchange(pool_, nullptr)->release(*this);
}

size_t ClientPool::Hash::operator()(const Origin& origin) const noexcept {
  const std::hash<std::string_view> hash;
  return hash(origin.is_unix() ? origin.unix_path : origin.host) * 31 + origin.port;
}

ClientPool::ClientPool(EventLoop& loop, const ClientPoolLimits& limits)
    : loop_(loop), limits_(limits), permits_(limits.total_max) {}

ClientPool::~ClientPool() {
  SVC_CHECK(busy_ == 0 && waiting_ == 0);
  while (close_oldest_idle()) {
  }
}

size_t ClientPool::busy(const Origin& origin) const noexcept {
  const auto found = origins_.find(origin);
  return found == origins_.end() ? 0 : found->second->busy;
}

Wake ClientPool::wait(FiberSemaphore& permits, Instant until) {
  if (permits.try_acquire()) return Wake::resumed;
  struct Line {
    explicit Line(size_t& of) noexcept : count(of) { ++count; }
    ~Line() { --count; }
    size_t& count;
  };
  const Line line(waiting_);
  return permits.acquire(until);
}

Wake ClientPool::acquire(const Origin& origin, Instant until, ClientPermit& permit) {
  SVC_CHECK(!permit);
  std::unique_ptr<ClientPoolOrigin>& place = origins_[origin];
  if (!place) place = std::make_unique<ClientPoolOrigin>(origin, limits_.per_origin_max);
  ClientPoolOrigin& entry = *place;
  permit.pool_ = this;
  permit.origin_ = &entry;
  permit.steps_ = 0;
  ++entry.users;
  Wake wake = wait(entry.permits, until);
  if (wake == Wake::resumed) {
    permit.steps_ = 1;
    wake = wait(permits_, until);
  }
  if (wake != Wake::resumed) {
    permit.release();
    return wake;
  }
  permit.steps_ = 2;
  ++entry.busy;
  ++busy_;
  return wake;
}

// Those in line are woken last: from the loop's stack they run at once.
void ClientPool::release(ClientPermit& permit) noexcept {
  ClientPoolOrigin& entry = *permit.origin_;
  const int steps = std::exchange(permit.steps_, 0);
  if (steps == 2) {
    --entry.busy;
    --busy_;
    permits_.release();
  }
  if (steps >= 1) entry.permits.release();
  --entry.users;
  forget_if_unused(entry);
}

void ClientPool::forget_if_unused(ClientPoolOrigin& entry) noexcept {
  if (entry.users != 0 || entry.idle_count != 0) return;
  origins_.erase(origins_.find(entry.origin));
}

void ClientPool::unlist(ClientConnection& connection) noexcept {
  connection.ListHook<IdleOfOrigin>::unlink();
  connection.ListHook<IdleOfAll>::unlink();
  --static_cast<ClientPoolOrigin*>(connection.origin)->idle_count;
  --idle_count_;
}

std::unique_ptr<ClientConnection> ClientPool::take(ClientPermit& permit) {
  ClientPoolOrigin& entry = *permit.origin_;
  const Instant now = loop_.clock().now();
  while (ClientConnection* const last = entry.idle.back()) {
    unlist(*last);
    std::unique_ptr<ClientConnection> connection(last);
    if (!connection->wake_up() || now - connection->born >= limits_.age_max) continue;
    return connection;
  }
  return nullptr;
}

void ClientPool::make_room() {
  while (idle_count_ + busy_ > limits_.total_max && close_oldest_idle()) {
  }
}

void ClientPool::keep(ClientPermit& permit, std::unique_ptr<ClientConnection> connection,
                      std::optional<uint32_t> seconds) {
  ClientPoolOrigin& entry = *permit.origin_;
  const Instant now = loop_.clock().now();
  Duration rest = limits_.idle_timeout;
  // A second less than the upstream says, or a request would meet its close half-way.
  if (seconds) rest = std::min<Duration>(rest, std::chrono::seconds(*seconds) - 1s);
  rest = std::min<Duration>(rest, limits_.age_max - (now - connection->born));
  if (rest <= Duration(0) || limits_.idle_per_origin_max == 0) return;
  if (entry.idle_count >= limits_.idle_per_origin_max) {
    ClientConnection& oldest = *entry.idle.front();
    unlist(oldest);
    delete &oldest;
  }
  ++connection->served;
  connection->origin = &entry;
  entry.idle.push_back(*connection);
  idle_.push_back(*connection);
  ++entry.idle_count;
  ++idle_count_;
  connection.release()->rest(*this, now + rest);
}

bool ClientPool::close_oldest_idle() noexcept {
  ClientConnection* const oldest = idle_.front();
  if (oldest == nullptr) return false;
  idle_ended(*oldest);
  return true;
}

void ClientPool::idle_ended(ClientConnection& connection) noexcept {
  auto& entry = *static_cast<ClientPoolOrigin*>(connection.origin);
  unlist(connection);
  delete &connection;
  forget_if_unused(entry);
}

}  // namespace svc
