// outcome.h — what has been answered, as a middleware sees it once next() has returned.
//
//   svc::Outcome& answer = next();
//   if (answer.status() == 200) answer.header("X-Took", took);
//
// An answer in one piece (a value, a Response, an error) is held until every middleware has
// returned, and may be changed. One in parts (a stream, events) is on its way by then: its status
// and fields can be seen, changing them has no effect; ctx.header() before next() is for that.
//
// Thread: the request's fiber.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/response.h"

namespace svc {

class SVC_API Outcome {
 public:
  bool answered() const noexcept { return state_ != State::none; }
  bool streamed() const noexcept { return state_ == State::streamed; }
  int status() const noexcept { return answer_.status(); }
  std::optional<std::string_view> header(std::string_view name) const noexcept {
    return answer_.header(name);
  }
  const std::string& body() const noexcept { return answer_.body(); }  // Empty if it is streamed.

  Outcome& header(std::string_view name, std::string_view value);      // Replaces that field.
  Outcome& add_header(std::string_view name, std::string_view value);  // Adds another one.
  // The whole answer, to be changed. Throws std::logic_error for one that is streamed.
  Response& response();

 private:
  friend class HeldExchange;
  enum class State : uint8_t { none, held, streamed };

  Response answer_;
  State state_ = State::none;
};

}  // namespace svc
