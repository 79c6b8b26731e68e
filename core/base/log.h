// log.h — what the processes of svcd say, one whole line at a time.
//
// Why an own sink under spdlog: lines of several processes must never tear, so each is one write(2)
// on an O_APPEND descriptor; and a full disk or a stuck pipe must never stop a worker, so a line
// that can't be written at once is dropped and counted (the next one that gets through says how
// many). spdlog's threads are never used: the master has one thread and workers are forked from it.
//
// It works before open(): to stderr, as text, from info on. errno is left as it was. A process that
// may log into a pipe ignores SIGPIPE.
//
// Threads: any. Processes: each has its own state; a child of fork(2) goes on with its parent's
// descriptor and sets its own tags.
#pragma once

#include <fmt/core.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

enum class LogLevel : uint8_t { debug, info, warn, error, off };
enum class LogFormat : uint8_t { text, json };

struct LogOptions {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  std::string target = "stderr";  // "stderr", "stdout", or a file's path (created 0640, appended).
};

// Who speaks. Text: `2026-01-31T12:00:00.123Z info  users/0 [412] message`.
// JSON: {"time","level","role","service","worker","pid","message"}; absent ones are left out.
struct LogTags {
  std::string role;     // "master", "worker", "svcctl"
  std::string service;  // empty in the master
  int worker = -1;
};

// Whose request a line belongs to. JSON: "request_id", "trace_id". Text: ` (request ID, trace ID)`
// behind the message, without what that says itself.
struct LogRequest {
  std::string id;
  std::string trace;
  bool trace_told = false;  // It came from the client: worth its place in a text, too.
};

namespace log {

// Opens the target; the former one stays if that fails. Errors: what open(2) says, naming the path.
SVC_API Result<> open(const LogOptions& options);
SVC_API Result<> reopen();          // The same target again, after it has been renamed.
SVC_API void adopt(Fd target);      // A worker takes the descriptor that the master opened.
SVC_API int descriptor() noexcept;  // For handing to workers; stays owned here.
SVC_API void set_level(LogLevel level) noexcept;
SVC_API void set_format(LogFormat format);
SVC_API void set_tags(LogTags tags);
// Only the master: wait up to 100 ms (poll) for a stuck target before a line is dropped; not again
// until a line has got through.
SVC_API void set_patient(bool patient) noexcept;

// Asked for each line, in the thread that logs it: false if that serves no request.
using RequestSource = bool (*)(LogRequest& out);
SVC_API void set_request_source(RequestSource source) noexcept;

SVC_API bool enabled(LogLevel level) noexcept;
SVC_API uint64_t dropped() noexcept;  // Lines lost in this process so far.
// Told of each line that is lost from now on, and first of those lost before that nobody was told
// of. Called under the log's lock, in the thread that logs: must not log. Empty: nobody. A child of
// fork(2) goes on telling its parent's, until it has its own.
SVC_API void on_dropped(std::function<void(uint64_t lines)> told);
// One line; control bytes in `message` are escaped, and it is cut at 16 KiB with a mark. Into a
// pipe a line above 4 KiB goes as several, joined by "...": the kernel tears longer ones
// (PIPE_BUF).
SVC_API void write(LogLevel level, std::string_view message) noexcept;
// The same for another process that can't say it itself: a service's own output, told by the
// master.
SVC_API void write_for(const LogTags& tags, pid_t pid, LogLevel level,
                       std::string_view message) noexcept;
SVC_API void write_formatted(LogLevel level, fmt::string_view format,
                             fmt::format_args args) noexcept;

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) noexcept {
  if (enabled(LogLevel::debug))
    write_formatted(LogLevel::debug, format, fmt::make_format_args(args...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) noexcept {
  if (enabled(LogLevel::info))
    write_formatted(LogLevel::info, format, fmt::make_format_args(args...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) noexcept {
  if (enabled(LogLevel::warn))
    write_formatted(LogLevel::warn, format, fmt::make_format_args(args...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) noexcept {
  if (enabled(LogLevel::error))
    write_formatted(LogLevel::error, format, fmt::make_format_args(args...));
}

}  // namespace log
}  // namespace svc
