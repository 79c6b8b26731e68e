// server.h — the master's side of the control socket.
//
// Process: the master, on its loop. Never blocks: each client has a bounded buffer and a deadline
// for its request, and at most kClientsMax clients are connected at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/control/commands.h"
#include "core/control/frame.h"
#include "core/loop/event_loop.h"

namespace svc {

// One command in progress. Kept (shared_ptr) by whoever will answer it, for as long as it takes: a
// reload answers when it is promoted or rolled back. All calls are harmless once the client is gone.
class ControlCall {
 public:
  virtual ~ControlCall() = default;
  virtual ControlCommand command() const noexcept = 0;
  virtual const std::vector<std::string>& arguments() const noexcept = 0;
  virtual uid_t peer_uid() const noexcept = 0;
  virtual bool connected() const noexcept = 0;
  virtual void progress(std::string_view line) = 0;
  virtual void document(std::string_view json) = 0;
  virtual void done(int exit_status, std::string_view line = {}) = 0;  // Once; flushes and closes.
};

class ControlServer {
 public:
  static constexpr size_t kClientsMax = 64;
  using Handler = std::function<void(std::shared_ptr<ControlCall>)>;

  // Listens at `path`, mode 0600; a stale socket file is replaced. Root and the master's own uid may
  // call; others are told so and cut off. Errors: Listener::open's.
  static Result<std::unique_ptr<ControlServer>> open(EventLoop& loop, const std::string& path,
                                                     Handler handler);
  virtual ~ControlServer() = default;  // Closes clients, unlinks the path.
};

}  // namespace svc
