// request_body.h — the body of one request: decoded, bounded, and timed.
//
// Why one class: a body is read in three ways (collected before the handler, by the handler, thrown
// away after it), and all three owe the client the same refusals.
//
// Thread: the worker's loop. No system calls; time is passed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/http/limits.h"
#include "core/http/read_buffer.h"
#include "core/http/refusal.h"
#include "core/http/request_parser.h"

namespace svc {

class RequestBody {
 public:
  // What is left unread when a request has been answered is read and thrown away up to this many
  // bytes, so that the connection can be kept.
  static constexpr uint64_t kDiscardMax = 256 * 1024;

  // For the head that `parser` has just completed and that is pinned in `input`.
  void open(RequestParser& parser, ReadBuffer& input) noexcept;
  // Above `bytes` the body is refused with 413: at once if its length is known.
  void limit(uint64_t bytes) noexcept;

  // The next decoded bytes of what has been received, from at most `input_max` bytes of it; valid
  // until more is received. Empty: complete(), refused(), or more input is needed.
  std::string_view next(size_t input_max = SIZE_MAX);

  bool complete() const noexcept { return state_ == RequestParser::BodyState::complete; }
  bool refused() const noexcept { return state_ == RequestParser::BodyState::refused; }
  const Refusal& refusal() const noexcept { return refusal_; }
  void refuse(int status, std::string_view detail) noexcept;

  uint64_t received() const noexcept { return received_; }  // Decoded bytes.
  uint64_t consumed() const noexcept { return consumed_; }  // The same as they were sent.
  bool untouched() const noexcept { return !touched_; }     // Not one byte of it has come.
  // What is left is small, as far as one can know.
  bool worth_discarding() const noexcept;

  // How long the client is waited for: from the first wait_began() until wait_ended() or came().
  // After body_timeout of it, a client that has sent less than body_min_rate is refused with 408.
  void wait_began(Instant now) noexcept;
  void wait_ended(Instant now) noexcept;
  void came(uint64_t bytes, Instant now, const HttpLimits& limits) noexcept;

 private:
  RequestParser* parser_ = nullptr;
  ReadBuffer* input_ = nullptr;
  RequestParser::BodyState state_ = RequestParser::BodyState::complete;
  Refusal refusal_;
  bool touched_ = false;
  uint64_t length_ = 0;  // As announced by Content-Length, else 0.
  uint64_t max_ = 0;
  uint64_t received_ = 0;
  uint64_t consumed_ = 0;
  uint64_t bytes_came_ = 0;
  Duration waited_{};
  std::optional<Instant> waiting_since_;
};

}  // namespace svc
