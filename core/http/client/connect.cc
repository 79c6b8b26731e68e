#include "core/http/client/connect.h"

#include <fmt/format.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "core/base/check.h"
#include "core/base/sys.h"
#include "core/loop/fiber.h"

namespace svc {
namespace {

using FailureKind = ClientFailure::Kind;

// A Unix socket whose queue is full can't be waited for: it is asked again after so long.
constexpr Duration kUnixAgain = 5ms;

ClientFailure connect_failure(FailureKind kind, std::string text) {
  ClientFailure failure;
  failure.kind = kind;
  failure.text = std::move(text);
  return failure;
}

bool is_shortage(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
         error == EADDRNOTAVAIL;
}

// All attempts of one connection, on the stack of the fiber that wants it.
class ConnectRace {
 public:
  ConnectRace(EventLoop& loop, const std::vector<Address>& addresses) noexcept
      : loop_(loop), addresses_(addresses), fiber_(Fiber::self()) {}
  ConnectRace(const ConnectRace&) = delete;
  ConnectRace& operator=(const ConnectRace&) = delete;

  ClientResult<Fd> run(Instant until);

 private:
  struct Attempt final : Watcher {
    Attempt(ConnectRace& of, const Address& address) noexcept : race(of), to(address) {}
    ~Attempt() {
      if (fd) race.loop_.unwatch(fd.get(), *this);
    }
    void on_ready(uint32_t) override {
      ready = true;
      race.fiber_.resume();
    }
    ConnectRace& race;
    const Address& to;
    Fd fd;
    bool ready = false;
    std::optional<Instant> again;  // When it is to be asked once more (Unix).
  };

  void start_next();
  void start(Attempt& attempt);
  void ended(Attempt& attempt, int error);
  Fd winner();
  Instant wake_at(Instant until) const noexcept;

  EventLoop& loop_;
  const std::vector<Address>& addresses_;
  Fiber& fiber_;
  size_t next_ = 0;
  Instant next_at_{};  // The next address' turn, if none has failed before.
  std::vector<std::unique_ptr<Attempt>> attempts_;
  Fd won_;
  int error_ = 0;  // Of the last that failed.
  std::string failed_;
};

void ConnectRace::ended(Attempt& attempt, int error) {
  if (error == 0) {
    loop_.unwatch(attempt.fd.get(), attempt);
    won_ = std::move(attempt.fd);
    return;
  }
  error_ = error;
  failed_ = attempt.to.spoken();
  std::erase_if(attempts_, [&](const auto& each) { return each.get() == &attempt; });
  next_at_ = loop_.clock().now();
}

void ConnectRace::start(Attempt& attempt) {
  attempt.again.reset();
  attempt.ready = false;
  if (!attempt.fd) {
    const int domain = attempt.to.family();
    attempt.fd.reset(sys::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!attempt.fd) return ended(attempt, errno);
    const int on = 1;  // Requests leave in one piece; streamed ones must not wait for an ACK.
    if (!attempt.to.is_unix()) {
      sys::setsockopt(attempt.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
  }
  if (sys::connect(attempt.fd.get(), attempt.to.get(), attempt.to.length()) == 0) {
    return ended(attempt, 0);
  }
  if (errno == EAGAIN && attempt.to.is_unix()) {
    attempt.again = loop_.clock().now() + kUnixAgain;
    return;
  }
  if (errno != EINPROGRESS && errno != EINTR) return ended(attempt, errno);
  if (auto watched = loop_.watch(attempt.fd.get(), EPOLLOUT, attempt); !watched) {
    ended(attempt, static_cast<int>(watched.error().code));
  }
}

void ConnectRace::start_next() {
  attempts_.push_back(std::make_unique<Attempt>(*this, addresses_[next_++]));
  next_at_ = loop_.clock().now() + kConnectStagger;
  start(*attempts_.back());
}

// Looks at what has become ready; at most one attempt changes the list at a time.
Fd ConnectRace::winner() {
  const Instant now = loop_.clock().now();
  for (size_t i = 0; i < attempts_.size() && !won_;) {
    Attempt& attempt = *attempts_[i];
    const size_t before = attempts_.size();
    if (attempt.again && *attempt.again <= now) {
      start(attempt);
    } else if (attempt.ready) {
      int error = 0;
      socklen_t size = sizeof error;
      if (sys::getsockopt(attempt.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        error = errno;
      }
      ended(attempt, error);
    }
    if (attempts_.size() == before) ++i;
  }
  return std::move(won_);
}

Instant ConnectRace::wake_at(Instant until) const noexcept {
  if (next_ < addresses_.size()) until = std::min(until, next_at_);
  for (const auto& attempt : attempts_) {
    if (attempt->again) until = std::min(until, *attempt->again);
  }
  return until;
}

ClientResult<Fd> ConnectRace::run(Instant until) {
  for (;;) {
    if (Fd fd = winner()) return fd;
    const Instant now = loop_.clock().now();
    if (now >= until) {
      return std::unexpected(connect_failure(
          FailureKind::timeout_connect,
          fmt::format("connect to {}: no answer in time",
                      attempts_.empty() ? failed_ : attempts_.back()->to.spoken())));
    }
    if (next_ < addresses_.size() && (attempts_.empty() || now >= next_at_)) {
      start_next();
      continue;
    }
    if (attempts_.empty()) {
      return std::unexpected(
          connect_failure(is_shortage(error_) ? FailureKind::resources : FailureKind::connect,
                          Error::from_code(error_, fmt::format("connect to {}", failed_)).text));
    }
    if (fiber_.suspend(wake_at(until)) == Wake::cancelled) {
      return std::unexpected(connect_failure(FailureKind::cancelled, "connect: cancelled"));
    }
  }
}

}  // namespace

std::vector<Address> connect_order(std::vector<Address> addresses) {
  std::vector<Address> order;
  const size_t count = std::min(addresses.size(), kConnectAttemptsMax);
  while (order.size() < count) {
    const int last = order.empty() ? AF_UNSPEC : order.back().family();
    auto next = std::ranges::find_if(addresses,
                                     [last](const Address& each) { return each.family() != last; });
    if (next == addresses.end()) next = addresses.begin();
    order.push_back(*next);
    addresses.erase(next);
  }
  return order;
}

ClientResult<Fd> connect_any(EventLoop& loop, const std::vector<Address>& addresses,
                             Instant until) {
  SVC_CHECK(!addresses.empty());
  return ConnectRace(loop, addresses).run(until);
}

}  // namespace svc
