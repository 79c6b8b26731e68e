#include "core/control/connection.h"

#include <fmt/core.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/base/check.h"
#include "core/base/suggest.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kOrderPiece = 16 * 1024;
constexpr size_t kLineMax = 64 * 1024;  // Of progress and done: text for a person.
constexpr int kMisused = 2;             // Exit status for what svcctl should not have sent.

class Call final : public ControlCall {
 public:
  Call(std::weak_ptr<ControlConnection> connection, uid_t peer, ControlCommand command,
       std::vector<std::string> arguments)
      : connection_(std::move(connection)),
        peer_(peer),
        command_(command),
        arguments_(std::move(arguments)) {}
  ~Call() override { Call::done(1, "the master dropped the command without an answer"); }

  ControlCommand command() const noexcept override { return command_; }
  const std::vector<std::string>& arguments() const noexcept override { return arguments_; }
  uid_t peer_uid() const noexcept override { return peer_; }
  bool connected() const noexcept override {
    const auto connection = connection_.lock();
    return connection != nullptr && connection->open();
  }
  void progress(std::string_view line) override {
    if (const auto connection = connection_.lock()) connection->progress(line);
  }
  void document(std::string_view json) override {
    if (const auto connection = connection_.lock()) connection->document(json);
  }
  void done(int exit_status, std::string_view line) override {
    if (const auto connection = std::exchange(connection_, {}).lock())
      connection->done(exit_status, line);
  }

 private:
  std::weak_ptr<ControlConnection> connection_;  // Expired once done() was said.
  uid_t peer_;
  ControlCommand command_;
  std::vector<std::string> arguments_;
};

// "no command "statsu"; did you mean status?"
std::string unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CommandRow& row : control_commands()) names.push_back(row.name);
  const std::string shown(name.substr(0, 40));
  const auto near = suggest(name.substr(0, 40), names);
  if (!near) return fmt::format("no command \"{}\"", shown);
  return fmt::format("no command \"{}\"; did you mean {}?", shown, *near);
}

}  // namespace

ControlConnection::ControlConnection(EventLoop& loop, Fd socket, uid_t peer,
                                     const ControlServer::Handler& handler, Closed closed)
    : loop_(loop),
      socket_(std::move(socket)),
      peer_(peer),
      handler_(handler),
      closed_(std::move(closed)),
      deadline_([this] { end(); }) {}

ControlConnection::~ControlConnection() { close(); }

void ControlConnection::start() {
  watched_ = EPOLLIN;
  if (!loop_.watch(socket_.get(), watched_, *this)) return end();
  deadline_.arm(loop_, loop_.now() + ControlServer::kRequestTimeout);
}

void ControlConnection::on_ready(uint32_t events) {
  const auto self = shared_from_this();  // Whatever the handler does to us meanwhile.
  if (state_ == State::reading && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    return read_request();
  // A client that has closed both ways takes nothing any more. One that only ended its own
  // direction (shutdown(2)) waits for its answer as before.
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) return end();
  if ((events & EPOLLOUT) != 0) flush();
}

void ControlConnection::read_request() {
  std::array<char, kOrderPiece> chunk;
  const ssize_t size = sys::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return end();  // Gone before it asked anything.
  in_.append(chunk.data(), static_cast<size_t>(size));
  auto frame = take_frame(in_, kRequestMax);  // Bounds in_: refuses what announces more.
  if (!frame) return done(kMisused, frame.error().text);
  if (*frame) take_request(**frame);
}

void ControlConnection::take_request(const Frame& frame) {
  if (frame.kind != FrameKind::request) return done(kMisused, "expected a request");
  auto request = decode_request(frame.payload);
  if (!request) return done(kMisused, request.error().text);
  const CommandRow* row = find_control_command(request->command);
  if (row == nullptr) return done(kMisused, unknown_command(request->command));
  const auto arguments = static_cast<int>(request->arguments.size());
  if (arguments < row->arguments_min || arguments > row->arguments_max)
    return done(kMisused, fmt::format("usage: {} {}", row->name, row->arguments));

  state_ = State::answering;
  deadline_.disarm();
  in_ = {};
  watch_for(0);  // More input would be nobody's; that the client is gone is always reported.
  if (state_ != State::answering) return;
  handler_(
      std::make_shared<Call>(weak_from_this(), peer_, row->command, std::move(request->arguments)));
}

void ControlConnection::progress(std::string_view line) {
  if (state_ == State::answering) answer(FrameKind::progress, line.substr(0, kLineMax));
}

void ControlConnection::document(std::string_view json) {
  if (state_ == State::answering) answer(FrameKind::document, json);
}

void ControlConnection::done(int exit_status, std::string_view line) {
  if (state_ != State::reading && state_ != State::answering) return;
  std::string payload(1, static_cast<char>(exit_status));
  payload += line.substr(0, kLineMax);
  state_ = State::closing;
  deadline_.disarm();
  answer(FrameKind::done, payload);
}

void ControlConnection::answer(FrameKind kind, std::string_view payload) {
  if (out_.size() - sent_ + kFrameHeader + payload.size() > ControlServer::kPendingMax)
    return end();  // It has read nothing for a long time.
  append_frame(out_, kind, payload);
  flush();
}

void ControlConnection::flush() {
  while (sent_ < out_.size()) {
    const ssize_t size = sys::send(socket_.get(), out_.data() + sent_, out_.size() - sent_,
                                   MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN) return end();
    if (size <= 0) break;
    sent_ += static_cast<size_t>(size);
  }
  if (sent_ < out_.size()) {
    // Not re-armed by partial progress: a byte a second is as good as nothing.
    if (!deadline_.armed()) deadline_.arm(loop_, loop_.now() + ControlServer::kAnswerTimeout);
    return watch_for(EPOLLOUT);
  }
  out_ = {};
  sent_ = 0;
  if (state_ == State::closing) return end();
  deadline_.disarm();
  watch_for(0);
}

void ControlConnection::watch_for(uint32_t events) {
  if (watched_ == events) return;
  watched_ = events;
  if (!loop_.rewatch(socket_.get(), events, *this)) end();
}

void ControlConnection::end() {
  const Closed closed = std::exchange(closed_, nullptr);
  close();
  if (closed) closed(*this);
}

void ControlConnection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  closed_ = nullptr;
  deadline_.disarm();
  loop_.unwatch(socket_.get(), *this);
  socket_.reset();
}

}  // namespace svc
