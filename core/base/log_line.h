// log_line.h — what one line of the log looks like; pure, so that tests can read every byte.
//
// Why: a line holds what clients and services sent. It must stay one line (no forged entries), do
// nothing to a terminal that shows it, and be valid UTF-8 and JSON whatever came in.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/log.h"

namespace svc {

struct LogRecord {
  std::chrono::system_clock::time_point time;
  LogLevel level;
  const LogTags& tags;
  pid_t pid;
  std::string_view message;
  const LogRequest* request = nullptr;  // nullptr: of none.
};

struct LogStyle {
  LogFormat format = LogFormat::text;
  bool colours = false;     // Only for text on a terminal.
  bool priorities = false;  // Text behind "<4>", which the journal takes off: sd-daemon(3).
};

constexpr size_t kLogTagMax = 64;     // Each of role and service.
constexpr size_t kLogLineMin = 2048;  // Always enough for all that is not the message.
constexpr std::string_view kLogContinued = "...";

// Appends the line with its '\n', at most `line_max` bytes of it. A message that doesn't fit is cut
// between two characters and ends in kLogContinued. Returns how many of its bytes went in: at
// least one if it has any. REQUIRES: line_max ≥ kLogLineMin.
SVC_API size_t append_log_line(std::string& out, const LogRecord& record, LogStyle style,
                               size_t line_max);

}  // namespace svc
