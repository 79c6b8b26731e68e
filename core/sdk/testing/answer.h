// answer.h — what a test sends, and what it gets back.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/json/json.h"

namespace svc::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct SVC_API Answer {
  int status = 0;
  Headers headers;
  std::string body;
  std::vector<std::string> parts;  // Of a stream: each write.
  Headers trailers;
  std::optional<uint64_t> length;  // That a stream announced.
  bool cut = false;                // The handler failed after its answer had begun.

  std::optional<std::string> header(std::string_view name) const;
  template <class T>
  T as() const {
    return from_json<T>(body);
  }
};

// "404 application/problem+json, 52 bytes: {…": how GoogleTest shows one.
SVC_API std::ostream& operator<<(std::ostream& out, const Answer& answer);

struct Outgoing {
  std::string method = "GET";
  std::string target = "/";
  std::string body{};
  Headers headers{};
};

// Of a text/event-stream (HTML, "Server-sent events").
struct ServerEvent {
  std::string event = "message";
  std::string data{};
  std::string id{};
  std::optional<uint64_t> retry_ms{};
};

// Takes the first whole event out of `text`; nullopt: there is none yet.
SVC_API std::optional<ServerEvent> take_event(std::string& text);

}  // namespace svc::testing
