#include "core/http/client/connection.h"

#include "core/base/check.h"

namespace svc {
namespace {

constexpr uint32_t kAllEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
constexpr uint32_t kEnds = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
// What came after a turn began has not been told yet: for so long that may be.
constexpr Duration kLongTurn = 1ms;
// Upstreams close connections that have rested for some seconds; the news may be behind, in this
// turn's events, what made somebody want the connection.
constexpr Duration kLongRest = 1s;

}  // namespace

ClientConnection::ClientConnection(EventLoop& loop, std::unique_ptr<ClientStream> stream)
    : born(loop.clock().now()), loop_(loop), stream_(std::move(stream)), idle_timer_([this] {
        SVC_CHECK(keeper_ != nullptr);
        keeper_->idle_ended(*this);
      }) {}

// Out of the epoll set before it is closed: see EventLoop::unwatch.
ClientConnection::~ClientConnection() { loop_.unwatch(stream_->fd(), *this); }

Result<> ClientConnection::start() { return loop_.watch(stream_->fd(), kAllEvents, *this); }

ClientStream::Io ClientConnection::read(std::span<char> into) noexcept {
  const ClientStream::Io io = stream_->read(into);
  using State = ClientStream::Io::State;
  // Less than there was room for: the kernel has no more (epoll(7)), unless an end stands behind
  // it.
  const bool drained = io.state == State::done && io.size < into.size() && !hung_up_;
  if (io.state == State::again || drained) readable_ = false;
  return io;
}

ClientStream::Io ClientConnection::write(std::span<const iovec> parts) noexcept {
  const ClientStream::Io io = stream_->write(parts);
  if (io.state == ClientStream::Io::State::again) writable_ = false;
  return io;
}

Wake ClientConnection::wait(bool for_writing, Instant until) {
  struct Waiting {
    explicit Waiting(ClientConnection& of) noexcept : connection(of) {
      connection.waiter_ = &Fiber::self();
    }
    ~Waiting() { connection.waiter_ = nullptr; }
    ClientConnection& connection;
  };
  waits_to_write_ = for_writing;
  const Waiting waiting(*this);
  for (;;) {
    if (readable_ || (for_writing && writable_)) return Wake::resumed;
    const std::optional<Instant> when =
        until == Instant::max() ? std::nullopt : std::optional(until);
    if (const Wake wake = Fiber::self().suspend(when); wake != Wake::resumed) return wake;
  }
}

void ClientConnection::rest(ClientKeeper& keeper, Instant until) {
  keeper_ = &keeper;
  rested_ = loop_.now();
  idle_timer_.arm(loop_, until);
}

bool ClientConnection::wake_up() noexcept {
  keeper_ = nullptr;
  idle_timer_.disarm();
  if (readable_) return false;
  // One look at the kernel, where the loop may not know yet that the connection has ended. Not for
  // one that is used all the time: it would cost a system call each.
  const Instant turn = loop_.now();
  const bool unseen =
      rested_ == turn || turn - rested_ >= kLongRest || loop_.clock().now() - turn > kLongTurn;
  return !unseen || stream_->quiet();
}

bool ClientConnection::quiet() noexcept {
  if (hung_up_) return false;
  return !readable_ || stream_->quiet();
}

void ClientConnection::on_ready(uint32_t events) {
  if ((events & (EPOLLIN | kEnds)) != 0) readable_ = true;
  if ((events & kEnds) != 0) hung_up_ = true;
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) writable_ = true;
  if (keeper_ != nullptr) {
    if (readable_) keeper_->idle_ended(*this);  // It is gone after this.
    return;
  }
  if (waiter_ != nullptr && (readable_ || (waits_to_write_ && writable_))) waiter_->resume();
}

}  // namespace svc
