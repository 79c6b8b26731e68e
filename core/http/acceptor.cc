#include "core/http/acceptor.h"

#include <linux/tcp.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/http/server_core.h"

namespace svc {
namespace {

Fd open_reserve() noexcept { return Fd(sys::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

int AcceptBurst::size(Instant now) noexcept {
  const bool is_long = now - std::exchange(looked_, now) >= kLongTurn;
  return is_long ? most_ : size_;
}

void AcceptBurst::all_were_there() noexcept {
  if (++turns_ < kTurnsToGrow) return;
  turns_ = 0;
  size_ = std::min(2 * size_, most_);
}

void AcceptBurst::fewer_were_there(int taken) noexcept {
  turns_ = 0;
  size_ = std::max(taken, 1);
}

Acceptor::Acceptor(Acceptors& owner, const AcceptSocket& socket)
    : owner_(owner), socket_(socket), burst_(socket.shared ? kSharedBurst : kBurst) {}

Result<> Acceptor::start() {
  if (watched_) return {};
  const uint32_t events = socket_.shared ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN;
  SVC_TRY_VOID(owner_.core_.loop.watch(socket_.fd, events, *this));
  watched_ = true;
  accepted_ = 0;
  return {};
}

void Acceptor::stop() noexcept {
  if (std::exchange(watched_, false)) owner_.core_.loop.unwatch(socket_.fd, *this);
}

void Acceptor::on_ready(uint32_t) {
  take_burst();
  // The kernel wakes the waiters of a shared socket in the order of their arming, always the same
  // one first: whoever has had its share goes to the end of the line (EPOLLEXCLUSIVE can't be
  // modified, only added anew).
  if (socket_.shared && watched_ && accepted_ >= kSharedBurst) {
    stop();
    if (auto started = start(); !started) owner_.starve(static_cast<int>(started.error().code));
  }
}

void Acceptor::take_burst() {
  const ServerCore& core = owner_.core_;
  const int usual = burst_.size(core.loop.now());
  int taken = 0;
  for (int tries = core.drain.begun() ? burst_.most() : usual; tries > 0; --tries) {
    switch (owner_.accept_one(socket_)) {
      case Acceptors::Outcome::taken:
        ++accepted_;
        ++taken;
        break;
      case Acceptors::Outcome::skipped:
        break;
      case Acceptors::Outcome::none:
        return burst_.fewer_were_there(taken);
      case Acceptors::Outcome::stopped:
        return;
    }
    if (!watched_) return;
  }
  burst_.all_were_there();
}

Acceptors::Acceptors(ServerCore& core)
    : core_(core), reserve_(open_reserve()), retry_timer_([this] { retry(); }) {}

Result<> Acceptors::add(const AcceptSocket& socket) {
  if (!socket.local) {
    // Answers are written whole; nothing is gained by waiting for more of them. What is accepted
    // has it from its listener.
    const int on = 1;
    sys::setsockopt(socket.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  acceptors_.push_back(std::make_unique<Acceptor>(*this, socket));
  if (gate_ != Gate::open) return {};
  if (auto started = acceptors_.back()->start(); !started) {
    acceptors_.pop_back();
    return std::move(started).error().within("accept on " + socket.address.text());
  }
  return {};
}

void Acceptors::remove(int descriptor) noexcept {
  std::erase_if(acceptors_,
                [descriptor](const auto& it) { return it->descriptor() == descriptor; });
}

// epoll_ctl(2) ADD reports what is there already.
void Acceptors::rearm() {
  if (gate_ != Gate::open) return;
  for (const auto& acceptor : acceptors_) {
    if (!acceptor->shared()) continue;
    acceptor->stop();
    if (auto started = acceptor->start(); !started)
      return starve(static_cast<int>(started.error().code));
  }
}

Acceptors::Outcome Acceptors::accept_one(const AcceptSocket& socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  Fd connection(sys::accept4(socket.fd, reinterpret_cast<sockaddr*>(&storage), &length,
                             SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!connection) {
    switch (errno) {
      case EAGAIN:
        return Outcome::none;
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
      case EBADF:  // The socket itself is unusable: no reason to spin over it either.
      case EINVAL:
      case ENOTSOCK:
        starve(errno);
        return Outcome::stopped;
      default:
        // ECONNABORTED and the network errors that accept(2) passes on: that client's alone.
        return Outcome::skipped;
    }
  }
  core_.slot.connections_accepted.add();
  core_.open(std::move(connection), Address::from_sockaddr(storage, length));
  if (gate_ == Gate::open && core_.full()) shut(Gate::full);
  return gate_ == Gate::open ? Outcome::taken : Outcome::stopped;
}

void Acceptors::shut(Gate why) {
  gate_ = why;
  for (const auto& acceptor : acceptors_) acceptor->stop();
  if (why != Gate::closed) core_.slot.connections_refused.add();
}

void Acceptors::starve(int error) {
  if (gate_ == Gate::closed) return;
  const Instant now = core_.loop.now();
  if (!warned_ || now - *warned_ >= kWarnEvery) {
    warned_ = now;
    log::warn("accepting pauses with {} connections open: {}", core_.connections(),
              std::strerror(error));
  }
  reserve_.reset();
  shut(Gate::starved);
  retry_timer_.arm(core_.loop, now + kRetry);
}

void Acceptors::room_may_be_left() {
  if (gate_ == Gate::full && !core_.full()) try_open();
}

void Acceptors::retry() {
  if (gate_ == Gate::starved) try_open();
}

void Acceptors::try_open() {
  if (!reserve_) reserve_ = open_reserve();
  bool able = reserve_.valid();
  if (able && core_.full()) {
    gate_ = Gate::full;
    return;
  }
  gate_ = Gate::open;
  for (const auto& acceptor : acceptors_) able = able && acceptor->start().has_value();
  if (able) return;
  for (const auto& acceptor : acceptors_) acceptor->stop();
  gate_ = Gate::starved;
  retry_timer_.arm(core_.loop, core_.loop.now() + kRetry);
}

void Acceptors::close() noexcept {
  retry_timer_.disarm();
  shut(Gate::closed);
}

}  // namespace svc
