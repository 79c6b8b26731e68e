#include "core/http/chunked_body.h"

#include <algorithm>

#include "core/http/llhttp_reader.h"

namespace svc {
namespace {

constexpr Refusal kUnclear = {400, "the chunked body can be read in two ways (RFC 9112 7.1)"};

// RFC 9110 6.5.1. Fields that decide where a message ends or whom it is for: a sender that puts
// them behind the body means to confuse somebody.
bool is_forbidden(std::string_view name) noexcept {
  return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") ||
         iequals(name, "Host");
}

// Fields that must be known before the body is read; too late, they are dropped.
bool is_too_late(std::string_view name) noexcept {
  static constexpr std::string_view kNames[] = {"Authorization",
                                                "Cache-Control",
                                                "Connection",
                                                "Content-Encoding",
                                                "Content-Range",
                                                "Content-Type",
                                                "Cookie",
                                                "Expect",
                                                "If-Match",
                                                "If-None-Match",
                                                "If-Range",
                                                "If-Modified-Since",
                                                "If-Unmodified-Since",
                                                "Max-Forwards",
                                                "Pragma",
                                                "Proxy-Authorization",
                                                "Range",
                                                "TE",
                                                "Trailer",
                                                "Upgrade"};
  return std::ranges::any_of(kNames, [name](std::string_view late) { return iequals(name, late); });
}

}  // namespace

void ChunkedBody::start() noexcept {
  part_ = Part::size;
  left_ = 0;
  line_.start_body();
  section_.start(0);
  text_.clear();
  trailers_.clear();
  refusal_ = {};
}

ChunkedBody::Step ChunkedBody::refuse(const Refusal& refusal) noexcept {
  refusal_ = refusal;
  return {State::refused, 0, {}};
}

bool ChunkedBody::read_size(LlhttpReader& reader) noexcept {
  if (!reader.read_chunk_size(line_.digits(), left_)) return false;
  line_.start_line();
  part_ = left_ == 0 ? Part::trailers : Part::data;
  return true;
}

ChunkedBody::State ChunkedBody::read_trailers(std::string_view piece, LlhttpReader& reader,
                                              const HttpLimits& limits) {
  text_.append(piece);
  switch (section_.advance(text_, limits)) {
    case FieldSection::State::incomplete:
      return State::more;
    case FieldSection::State::refused:
      refusal_ = section_.refusal();
      return State::refused;
    case FieldSection::State::complete:
      break;
  }
  if (!reader.read_trailers(text_, section_.fields(), trailers_)) {
    refusal_ = {400, "the trailer section is malformed (RFC 9112 7.1.2)"};
    return State::refused;
  }
  for (const HeaderField& field : trailers_) {
    if (is_forbidden(field.name)) {
      refusal_ = {400, "a trailer field would change the message's framing (RFC 9110 6.5.1)"};
      return State::refused;
    }
  }
  std::erase_if(trailers_, [](const HeaderField& field) { return is_too_late(field.name); });
  return State::complete;
}

ChunkedBody::Step ChunkedBody::advance(std::string_view input, LlhttpReader& reader,
                                       const HttpLimits& limits) {
  constexpr Refusal kNoEnd = {400, "chunk data is not followed by CRLF (RFC 9112 7.1)"};
  size_t at = 0;
  while (at < input.size()) {
    const std::string_view rest = input.substr(at);
    switch (part_) {
      case Part::size: {
        const ChunkLine::Step step = line_.advance(rest);
        if (step.state == ChunkLine::State::refused) return refuse(line_.refusal());
        at += step.consumed;
        if (step.state == ChunkLine::State::complete && !read_size(reader)) return refuse(kUnclear);
        break;
      }
      case Part::data: {
        const std::string_view data = rest.substr(0, std::min<uint64_t>(left_, rest.size()));
        if (!reader.read_chunk_data(data)) return refuse(kUnclear);
        left_ -= data.size();
        if (left_ == 0) part_ = Part::data_cr;
        return {State::more, at + data.size(), data};
      }
      case Part::data_cr:
        if (rest.front() != '\r') return refuse(kNoEnd);
        part_ = Part::data_lf;
        ++at;
        break;
      case Part::data_lf:
        if (rest.front() != '\n') return refuse(kNoEnd);
        if (!reader.read_chunk_end()) return refuse(kUnclear);
        part_ = Part::size;
        ++at;
        break;
      case Part::trailers: {
        // Not past the line's end: what follows the section is the next request's.
        const std::string_view piece = rest.substr(0, rest.find('\n') + 1);
        const std::string_view taken = piece.empty() ? rest : piece;
        const State state = read_trailers(taken, reader, limits);
        at += taken.size();
        if (state != State::more) return {state, at, {}};
        break;
      }
    }
  }
  return {State::more, at, {}};
}

}  // namespace svc
