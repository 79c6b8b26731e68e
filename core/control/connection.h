// connection.h — one client of the control socket, as the master sees it.
//
//   reading    the request comes in, until kRequestTimeout
//   answering  somebody holds the call and will answer; no deadline of ours
//   closing    done was said; what is left is sent, until kAnswerTimeout
//   closed
//
// Process: the master, on its loop. Owned by its server, by its deferred end, and by nobody else:
// a call refers to it weakly.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/fd.h"
#include "core/control/frame.h"
#include "core/control/server.h"
#include "core/loop/event_loop.h"

namespace svc {

class ControlConnection final : public Watcher,
                                public std::enable_shared_from_this<ControlConnection> {
 public:
  // `closed` is told once, when the server should forget the connection.
  using Closed = std::function<void(ControlConnection&)>;

  ControlConnection(EventLoop& loop, Fd socket, uid_t peer, const ControlServer::Handler& handler,
                    Closed closed);
  ~ControlConnection();

  void start();  // Reads the request.
  void progress(std::string_view line);
  void document(std::string_view json);
  void done(int exit_status, std::string_view line);
  void close();  // Cuts off. Forgets `closed` first: the server may be the one that calls.

  bool reading() const noexcept { return state_ == State::reading; }
  bool open() const noexcept { return state_ != State::closed; }
  uid_t peer() const noexcept { return peer_; }

 private:
  enum class State : uint8_t { reading, answering, closing, closed };

  void on_ready(uint32_t events) override;
  void read_request();
  void take_request(const Frame& frame);
  void answer(FrameKind kind, std::string_view payload);
  void flush();
  void watch_for(uint32_t events);
  void end();  // close(), and the server is told.

  EventLoop& loop_;
  Fd socket_;
  uid_t peer_;
  const ControlServer::Handler& handler_;
  Closed closed_;
  State state_ = State::reading;
  std::string in_;
  std::string out_;
  size_t sent_ = 0;  // Of out_.
  uint32_t watched_ = 0;
  Timer deadline_;
};

}  // namespace svc
