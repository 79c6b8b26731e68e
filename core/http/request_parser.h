// request_parser.h — bytes to requests: llhttp underneath, the strictness it lacks on top.
//
// Why strict: a server that reads ambiguous framing another way than the proxy in front of it
// answers requests that nobody sent (request smuggling). RFC 9112 is the law; whatever it calls
// invalid is refused and the connection closed.
//
// The caller owns the buffer. A head lies in one contiguous piece of it, from the message's first
// byte; the parser remembers offsets, so the buffer may move (grow) between calls, and views are
// made for the buffer of the call that completes the head. One object serves one message after
// another and can be pooled: reset() forgets everything and allocates nothing.
//
// Thread: the worker's loop. No system calls, no clock.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/http/limits.h"
#include "core/http/message.h"
#include "core/http/refusal.h"

namespace svc {

class RequestParser {
 public:
  explicit RequestParser(const HttpLimits& limits);
  ~RequestParser();

  // Before the first byte of each message. `empty_lines`: of those that came before it, and that
  // the caller has taken out of the buffer.
  void reset(uint8_t empty_lines = 0) noexcept;

  enum class HeadState : uint8_t { incomplete, complete, refused };
  // `message`: the bytes from the message's first one to all that has been read so far. Parses what
  // is new since the last call. Empty lines before the request line are skipped (RFC 9112 2.2).
  //   complete: head() is valid, and head_size() bytes of `message` were used;
  //   refused:  refusal() says why; close after answering it.
  HeadState parse_head(std::string_view message);
  // Whether a request line has begun: false as long as nothing but empty lines has come, which is
  // no request that anybody waits for.
  bool started() const noexcept;
  uint8_t empty_lines() const noexcept;  // So far, those given to reset() included.
  // Whether the request line begins with HEAD, however far `message` goes and whatever is wrong
  // with it: an answer must not have content then (RFC 9110 9.3.2).
  bool asks_for_head(std::string_view message) const noexcept;
  // REQUIRES: complete. Points into the `message` of the call that completed it. The same object
  // for all messages.
  const RequestHead& head() const noexcept;
  size_t head_size() const noexcept;
  // The buffer that holds the head has moved: views now point there.
  void rebase(std::string_view message) noexcept;

  enum class BodyState : uint8_t { more, complete, refused };
  struct BodyStep {
    BodyState state = BodyState::more;
    size_t consumed = 0;     // Bytes of `input` used up; the rest belongs to what follows.
    std::string_view data;   // Body bytes found, within `input`; may be empty.
    uint64_t announced = 0;  // Bytes still to come of this chunk, or of a body with a length: with
                             // what came before, more than body_max can be refused at once.
  };
  // The body of a head with framing length or chunked, piece by piece: call it until state is
  // complete, refused, or more with consumed == input.size(). Chunk sizes, extensions and trailers
  // are checked and bounded (RFC 9112 7.1); trailer fields that would change the message itself are
  // refused or dropped (RFC 9110 6.5.1); data is the decoded content. body_max is not checked
  // here: the caller knows the route's.
  BodyStep parse_body(std::string_view input);
  std::span<const HeaderField> trailers() const noexcept;  // After complete; own memory.

  const Refusal& refusal() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace svc
