// access_line.h — what one line of the access log looks like; pure, so that tests read every byte.
//
// Why a bound for each part: whatever bytes a client sends, what comes out is one line, valid JSON
// or printable ASCII, of at most kAccessLineMax bytes: a pipe takes so much in one piece
// (PIPE_BUF), and so the lines of several workers never tear. A part that is too long ends in
// "...".
//
//   text  127.0.0.1 - - [31/Jan/2026:12:00:00 +0000] "GET /a?b HTTP/1.1" 200 512 "-" "curl/8.1"
//         0.001234 users/0 412 REQUEST-ID TRACE-ID
//         That is the Combined Log Format, then seconds, service/worker, pid, and the ids ("-":
//         none). Control bytes, quotes, backslashes and all above 0x7E are written as \xHH.
//   JSON
//   {"time","type":"access","service","worker","pid","peer","method","path","version","status",
//         "bytes","duration_us","request_id","trace_id","referer","user_agent","complete"}; what
//         there is none of is left out, and "complete" is there only if it is false.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

inline constexpr size_t kAccessLineMax = 4096;

// As they stand in the line, escaped. The rest takes less than what is left of the line.
inline constexpr size_t kAccessMethodMax = 32;
inline constexpr size_t kAccessPathMax = 2048;
inline constexpr size_t kAccessFieldMax = 512;  // Referer, User-Agent.
inline constexpr size_t kAccessPeerMax = 128;

enum class AccessFormat : uint8_t { text, json };

struct AccessEntry {
  std::chrono::system_clock::time_point time;  // Of the request's end.
  std::string_view peer;                       // "127.0.0.1"
  std::string_view method;                     // Empty: what came was no request.
  std::string_view path;                       // With the query.
  int version_minor = 1;
  int status = 0;
  uint64_t bytes = 0;
  Duration took{};
  bool complete = true;
  std::string_view request_id;
  std::string_view trace_id;
  std::string_view referer;
  std::string_view user_agent;
};

class SVC_API AccessLines {
 public:
  AccessLines(AccessFormat format, std::string_view service, size_t worker, pid_t pid);

  void append(std::string& out, const AccessEntry& entry);  // With its '\n'.

 private:
  void append_text(std::string& out, const AccessEntry& entry);
  void append_json(std::string& out, const AccessEntry& entry);
  void look_at_clock(int64_t second);

  AccessFormat format_;
  std::string speaker_;  // The part of each line that says who wrote it.
  int64_t second_ = INT64_MIN;
  std::string second_text_;  // As the format has it.
};

}  // namespace svc
