#include "tests/support/raw_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace svc::test {
namespace {

constexpr int kPatienceMs = 20'000;  // Ends a broken test; nothing waits for it in a good one.

bool await(int fd, short events) {
  pollfd wanted{fd, events, 0};
  return ::poll(&wanted, 1, kPatienceMs) > 0;
}

}  // namespace

bool RawPeer::more() {
  char space[16 * 1024];
  if (!await(fd_, POLLIN)) return false;
  const ssize_t size = ::recv(fd_, space, sizeof space, 0);
  if (size <= 0) return false;
  inbox_.append(space, static_cast<size_t>(size));
  return true;
}

std::string RawPeer::read_until(std::string_view mark) {
  size_t at;
  while ((at = inbox_.find(mark)) == inbox_.npos) {
    if (!more()) return "";
  }
  std::string read = inbox_.substr(0, at + mark.size());
  inbox_.erase(0, read.size());
  return read;
}

std::string RawPeer::read_bytes(size_t count) {
  while (inbox_.size() < count && more()) {
  }
  std::string bytes = inbox_.substr(0, count);
  inbox_.erase(0, bytes.size());
  return bytes;
}

std::string RawPeer::read_to_end() {
  while (more()) {
  }
  return std::exchange(inbox_, {});
}

bool RawPeer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

void RawPeer::shut_output() { ::shutdown(fd_, SHUT_WR); }

void RawPeer::shut() { ::shutdown(fd_, SHUT_RDWR); }

void RawPeer::reset() {
  const linger now{1, 0};  // The close that follows sends a reset.
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void RawPeer::await_end() { read_to_end(); }

bool RawPeer::stays_for(std::chrono::milliseconds time) const {
  pollfd gone{fd_, POLLRDHUP, 0};
  return ::poll(&gone, 1, static_cast<int>(time.count())) == 0;
}

RawUpstream::RawUpstream(Script script, bool one_by_one, uint16_t port)
    : script_(std::move(script)), one_by_one_(one_by_one) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;  // A port that has been ours may have connections that linger.
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, raw, &size) != 0) {
    throw std::runtime_error(std::strerror(errno));
  }
  port_ = ntohs(address.sin_port);
  start();
}

RawUpstream::RawUpstream(Script script, const std::string& unix_path)
    : script_(std::move(script)), unix_path_(unix_path) {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 128) != 0) {
    throw std::runtime_error(std::strerror(errno));
  }
  start();
}

void RawUpstream::start() {
  acceptor_ = std::thread([this] { accept_all(); });
}

RawUpstream::~RawUpstream() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);  // Ends accept(2).
  if (!one_by_one_) acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  if (one_by_one_) acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

std::string RawUpstream::url() const {
  return unix_path_.empty() ? "http://127.0.0.1:" + std::to_string(port_) : "unix:" + unix_path_;
}

void RawUpstream::accept_all() {
  while (!stopping_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int number = accepted_++;
    {
      const std::scoped_lock lock(mutex_);
      open_.push_back(fd);
      if (!one_by_one_) threads_.emplace_back([this, fd, number] { serve(fd, number); });
    }
    if (one_by_one_) serve(fd, number);
  }
}

void RawUpstream::serve(int fd, int number) {
  RawPeer peer(fd, number);
  script_(peer);
  {
    const std::scoped_lock lock(mutex_);
    std::erase(open_, fd);
  }
  ::close(fd);
  ++ended_;
}

std::string plain_answer(std::string_view body, std::string_view fields) {
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size());
  answer.append("\r\n").append(fields).append("\r\n").append(body);
  return answer;
}

}  // namespace svc::test
