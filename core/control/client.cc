#include "core/control/client.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/socket_file.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kAnswerPiece = 64 * 1024;
constexpr int kConnectAttemptsMax = 500;  // A busy master's queue is full: 5 s in all.
constexpr int kConnectPauseMs = 10;

// How long silence may still last. Clock: CLOCK_MONOTONIC.
class Patience {
 public:
  explicit Patience(std::chrono::milliseconds silence_max) : silence_max_(silence_max) { renew(); }
  void renew() { until_ = Clock::steady().now() + silence_max_; }
  int left_ms() const {
    if (silence_max_.count() == 0) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - Clock::steady().now());
    return static_cast<int>(std::max<int64_t>(left.count(), 0));
  }

 private:
  std::chrono::milliseconds silence_max_;
  Instant until_;
};

// Until the socket is ready for `events`. Errors: timed_out.
Result<> wait_for(int fd, short events, const Patience& patience) {
  for (;;) {
    pollfd wait{fd, events, 0};
    const int ready = sys::poll(&wait, 1, patience.left_ms());
    if (ready > 0) return {};
    if (ready == 0) return Error::of(std::errc::timed_out, "the master doesn't answer");
    if (errno != EINTR) return Error::from_errno("poll");
  }
}

Result<Fd> connect_to(const std::string& path) {
  SVC_TRY(const sockaddr_un address, socket_path(path));
  Fd fd(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Error::from_errno("socket");
  for (int attempt = 0;; ++attempt) {
    if (sys::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return fd;
    if (errno != EAGAIN || attempt == kConnectAttemptsMax)
      return Error::from_errno("connect " + path);
    sys::poll(nullptr, 0, kConnectPauseMs);
  }
}

// A stranger's socket at a path that anybody may make (/tmp) could lie about everything.
Result<> check_master(int fd, const std::string& path) {
  ucred master{};
  socklen_t size = sizeof master;
  if (sys::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &master, &size) < 0)
    return Error::from_errno("connect " + path);
  if (master.uid == 0 || master.uid == ::geteuid() || ::geteuid() == 0) return {};
  return Error::of(std::errc::permission_denied,
                   fmt::format("connect {}: belongs to user {}; run svcctl as that user or as root",
                               path, master.uid));
}

// Until all is sent, or the master has heard enough: it may answer before it has read everything.
Result<> send_all(int fd, std::string_view data, const Patience& patience) {
  while (!data.empty()) {
    const ssize_t size = sys::send(fd, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      data.remove_prefix(static_cast<size_t>(size));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return {};
    } else if (errno != EAGAIN) {
      return Error::from_errno("send to the master");
    } else {
      SVC_TRY_VOID(wait_for(fd, POLLOUT, patience));
    }
  }
  return {};
}

// The next whole frame. `buffer` keeps what came after it.
Result<Frame> receive_frame(int fd, std::string& buffer, const Patience& patience) {
  std::array<char, kAnswerPiece> chunk;
  for (;;) {
    SVC_TRY(auto frame, take_frame(buffer, kAnswerMax));
    if (frame) return *std::move(frame);
    SVC_TRY_VOID(wait_for(fd, POLLIN, patience));
    const ssize_t size = sys::recv(fd, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) continue;
    if (size <= 0)
      return Error::of(std::errc::connection_reset, "the master went away before it answered");
    buffer.append(chunk.data(), static_cast<size_t>(size));
  }
}

}  // namespace

Result<ControlAnswer> control_call(const std::string& path, const ControlRequest& request,
                                   std::chrono::milliseconds silence_max,
                                   const std::function<void(std::string_view)>& on_progress) {
  const std::string payload = encode_request(request);
  if (payload.size() > kRequestMax)
    return Error::invalid("the command's arguments are too long for the master");
  SVC_TRY(const Fd fd, connect_to(path));
  SVC_TRY_VOID(check_master(fd.get(), path));

  Patience patience(silence_max);
  std::string bytes;
  append_frame(bytes, FrameKind::request, payload);
  SVC_TRY_VOID(send_all(fd.get(), bytes, patience));

  ControlAnswer answer;
  std::string buffer;
  for (;;) {
    SVC_TRY(Frame frame, receive_frame(fd.get(), buffer, patience));
    patience.renew();
    if (frame.kind == FrameKind::progress) {
      if (on_progress) on_progress(frame.payload);
    } else if (frame.kind == FrameKind::document) {
      answer.document = std::move(frame.payload);
    } else if (frame.kind == FrameKind::done && !frame.payload.empty()) {
      answer.exit_status = static_cast<unsigned char>(frame.payload[0]);
      answer.line = frame.payload.substr(1);
      return answer;
    } else {
      return Error::of(std::errc::protocol_error, "the master's answer makes no sense");
    }
  }
}

}  // namespace svc
