// server.h — the master's side of the control socket.
//
// Process: the master, on its loop. Never blocks: each client has bounded buffers and a deadline
// for its request and for taking its answer, and at most kClientsMax are connected at a time. An
// answer may come as late as it likes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/control/commands.h"
#include "core/control/frame.h"
#include "core/loop/event_loop.h"

namespace svc {

// One command in progress. Kept (shared_ptr) by whoever will answer it, for as long as it takes: a
// reload answers when it is promoted or rolled back. All calls are harmless once the client is
// gone.
class ControlCall {
 public:
  virtual ~ControlCall() = default;
  virtual ControlCommand command() const noexcept = 0;
  virtual const std::vector<std::string>& arguments() const noexcept = 0;
  virtual uid_t peer_uid() const noexcept = 0;
  virtual bool connected() const noexcept = 0;
  virtual void progress(std::string_view line) = 0;
  virtual void document(std::string_view json) = 0;
  // Once; flushes and closes. `text`: a sentence, and further lines where they help; up to 64 KiB.
  virtual void done(int exit_status, std::string_view text = {}) = 0;
};

class SVC_API ControlServer {
 public:
  static constexpr size_t kClientsMax = 64;  // The oldest that has asked nothing yet makes room.
  static constexpr std::chrono::seconds kRequestTimeout{5};  // From connect to the whole request.
  static constexpr std::chrono::seconds kAnswerTimeout{10};  // To take what is ready for it.
  // What may wait for a client to read: one document, and progress beside it.
  static constexpr size_t kPendingMax = kAnswerMax + 1024 * 1024;
  using Handler = std::function<void(std::shared_ptr<ControlCall>)>;

  // taken_path: another master's, which we follow; ours takes its place there in one step.
  enum class At : uint8_t { free_path, taken_path };

  // Listens at `path`, mode 0600; a stale socket file is replaced. Root and the master's own uid
  // may call; others are told so and cut off. What is no command, or has the wrong number of
  // arguments, is answered here and never reaches `handler`. Errors: SocketFile::bind()'s.
  static Result<std::unique_ptr<ControlServer>> open(EventLoop& loop, const std::string& path,
                                                     Handler handler, At at = At::free_path);
  virtual ~ControlServer() = default;  // Cuts clients off, unlinks the path.

  virtual size_t clients() const noexcept = 0;
};

}  // namespace svc
