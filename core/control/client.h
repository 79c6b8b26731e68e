// client.h — svcctl's side of the control socket. Blocking, with a deadline between frames.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/control/frame.h"

namespace svc {

struct ControlAnswer {
  int exit_status = 0;
  std::string line;      // Of the done frame.
  std::string document;  // The last document frame, "" if none.
};

// Sends `request` to the master at `path` and waits for its done frame; `on_progress` sees each
// progress line. `silence_max`: the longest wait for a frame (0: for ever). Errors: connect(2)'s
// (no_such_file_or_directory and connection_refused: not running), permission_denied, timed_out,
// connection_reset when the master went away, protocol_error.
SVC_API Result<ControlAnswer> control_call(
    const std::string& path, const ControlRequest& request, std::chrono::milliseconds silence_max,
    const std::function<void(std::string_view)>& on_progress = {});

}  // namespace svc
