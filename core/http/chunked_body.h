// chunked_body.h — the chunked transfer coding taken off, piece by piece (RFC 9112 7.1).
//
// Every byte of framing is checked here (chunk_line.h, field_section.h, CRLF after data) and then
// read by llhttp; data goes through without a copy, trailers into own memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/chunk_line.h"
#include "core/http/field_section.h"
#include "core/http/limits.h"
#include "core/http/message.h"
#include "core/http/refusal.h"

namespace svc {

class LlhttpReader;

class ChunkedBody {
 public:
  void start() noexcept;

  enum class State : uint8_t { more, complete, refused };
  struct Step {
    State state = State::more;
    size_t consumed = 0;
    std::string_view data;
  };
  // Until one piece of data, the end, a refusal or the input's end. `reader` has read the head.
  Step advance(std::string_view input, LlhttpReader& reader, const HttpLimits& limits);

  uint64_t left() const noexcept { return left_; }  // Of the current chunk.
  std::span<const HeaderField> trailers() const noexcept { return trailers_; }
  const Refusal& refusal() const noexcept { return refusal_; }

 private:
  enum class Part : uint8_t { size, data, data_cr, data_lf, trailers };

  Step refuse(const Refusal& refusal) noexcept;
  bool read_size(LlhttpReader& reader) noexcept;
  State read_trailers(std::string_view piece, LlhttpReader& reader, const HttpLimits& limits);

  Part part_ = Part::size;
  uint64_t left_ = 0;
  ChunkLine line_;
  FieldSection section_;
  std::string text_;                   // The trailer section as received.
  std::vector<HeaderField> trailers_;  // Views into text_.
  Refusal refusal_;
};

}  // namespace svc
