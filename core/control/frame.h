// frame.h — what svcctl and the master say to each other over the control socket.
//
// A Unix stream socket (0600; the peer's uid is checked with SO_PEERCRED, unix(7)). One command a
// connection. The client sends one request; the master answers with any number of progress and
// document frames and ends with one done frame. Little-endian:
//
//    0        4      6      8        12
//    +--------+------+------+--------+---------------------+
//    | "SVC1" | kind |  0   | length | payload (length B)  |
//    +--------+------+------+--------+---------------------+
//
//   request   command name, then its arguments, each ended by a NUL byte        client → master
//   progress  one line of text for a person                                      master → client
//   document  JSON, whole (commands.h)                                           master → client
//   done      one byte exit status, then text, whose first line says it          master → client
//
// Why so plain: it must be parsed by a master that trusts nobody. A request is at most
// kRequestMax bytes, an answer frame at most kAnswerMax; a client that is slow, huge, malformed or
// silent is cut off (server.h) and harms nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

enum class FrameKind : uint16_t { request = 1, progress = 2, document = 3, done = 4 };

struct Frame {
  FrameKind kind{};
  std::string payload;
};

inline constexpr uint32_t kFrameMagic = 0x31435653;  // "SVC1"
inline constexpr size_t kFrameHeader = 12;
inline constexpr size_t kRequestMax = 64 * 1024;
inline constexpr size_t kArgumentsMax = 16;
inline constexpr size_t kAnswerMax = 16 * 1024 * 1024;

// REQUIRES: payload.size() <= kAnswerMax.
SVC_API void append_frame(std::string& out, FrameKind kind, std::string_view payload);

// Takes one whole frame off the front of `buffer`; nullopt when more bytes are needed. Errors:
// protocol_error for a wrong magic, an unknown kind, a length above `payload_max`.
SVC_API Result<std::optional<Frame>> take_frame(std::string& buffer, size_t payload_max);

struct ControlRequest {
  std::string command;
  std::vector<std::string> arguments;
};
// REQUIRES: no NUL byte inside a word.
SVC_API std::string encode_request(const ControlRequest& request);
// Errors: protocol_error for no command, no NUL at the end, more than kArgumentsMax arguments.
SVC_API Result<ControlRequest> decode_request(std::string_view payload);

}  // namespace svc
