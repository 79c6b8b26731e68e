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
};

struct LogStyle {
  LogFormat format = LogFormat::text;
  bool colours = false;  // Only for text on a terminal.
};

constexpr size_t kLogMessageMax = 16 * 1024;  // Escaped; what is longer is cut, with a mark.
constexpr size_t kLogTagMax = 64;             // Each of role and service.
constexpr size_t kLogLineMin = 1024;          // Room for all that is not the message.

// Appends the line with its '\n': at most `line_max` bytes of it. REQUIRES: line_max ≥ kLogLineMin.
SVC_API void append_log_line(std::string& out, const LogRecord& record, LogStyle style,
                             size_t line_max);

}  // namespace svc
