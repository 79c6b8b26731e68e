#include "core/http/client/response_parser.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/http/client/response_rules.h"
#include "core/http/line_scan.h"

namespace svc {

void ResponseParser::reset(const ClientLimits& limits, bool to_head) noexcept {
  to_head_ = to_head;
  status_line_max_ = limits.status_line_max;
  limits_.header_field_max = limits.header_field_max;
  limits_.headers_max = limits.headers_max;
  limits_.header_count_max = limits.header_count_max;
  length_left_ = 0;
  fault_ = {};
  chunked_.start();
  next_head();
}

void ResponseParser::next_head() noexcept {
  stage_ = Stage::status_line;
  resume_ = 0;
  section_ = {};
  head_ = {};
  fields_.clear();
  reader_.reset();
}

ResponseParser::State ResponseParser::refuse(ClientFailure::Kind kind,
                                             std::string_view detail) noexcept {
  fault_ = {kind, detail};
  stage_ = Stage::refused;
  return State::refused;
}

// What the scanners shared with the server say: 431 is a bound, all else is bad grammar.
ResponseParser::State ResponseParser::refuse(const Refusal& refusal) noexcept {
  using Kind = ClientFailure::Kind;
  return refuse(refusal.status == 431 ? Kind::too_large : Kind::protocol, refusal.detail);
}

ResponseParser::State ResponseParser::read_status_line(std::string_view message) noexcept {
  // As early as it can be seen: what speaks another protocol may never end a line.
  constexpr std::string_view kBegin = "HTTP/1.";
  const std::string_view begin = message.substr(0, kBegin.size());
  if (begin != kBegin.substr(0, begin.size())) {
    return refuse({400, "it does not begin with \"HTTP/1.\" (RFC 9112 4)"});
  }
  const LineScan scan = find_line_end(message, resume_);
  if (scan.at > status_line_max_) {
    return refuse(ClientFailure::Kind::too_large, "the status line is too long");
  }
  resume_ = scan.at;
  if (scan.kind == LineScan::Kind::partial) return State::more;
  if (scan.kind != LineScan::Kind::complete) return refuse({400, line_fault(scan.kind)});
  if (const Refusal bad = judge_status_line(message.substr(0, scan.at), head_)) return refuse(bad);
  section_.start(scan.at + 2);
  stage_ = Stage::fields;
  return State::complete;
}

ResponseParser::State ResponseParser::read_fields(std::string_view message) {
  switch (section_.advance(message, limits_)) {
    case FieldSection::State::incomplete:
      return State::more;
    case FieldSection::State::refused:
      return refuse(section_.refusal());
    case FieldSection::State::complete:
      break;
  }
  return finish_head(message);
}

ResponseParser::State ResponseParser::finish_head(std::string_view message) {
  const std::string_view bytes = message.substr(0, section_.end());
  const bool bodiless = to_head_ || never_has_body(head_.status);
  if (!reader_.read_response_head(bytes, section_.begin(), section_.fields(), bodiless, fields_)) {
    return refuse({400, reader_.fault()});
  }
  head_.fields = fields_;
  if (const Refusal bad = judge_response(head_, bodiless)) return refuse(bad);
  if (!reader_.agrees_on(head_.framing, head_.content_length, head_.until_close)) {
    return refuse({400, "its framing can be read in two ways (RFC 9112 6.3)"});
  }
  length_left_ = head_.content_length;
  const bool empty = head_.framing == BodyFraming::none && !head_.until_close;
  const bool no_bytes = head_.framing == BodyFraming::length && length_left_ == 0;
  stage_ = empty || no_bytes ? Stage::done : Stage::body;
  return State::complete;
}

ResponseParser::State ResponseParser::parse_head(std::string_view message) {
  if (stage_ == Stage::refused) return State::refused;
  SVC_CHECK(stage_ == Stage::status_line || stage_ == Stage::fields);
  if (stage_ == Stage::status_line) {
    if (const State went = read_status_line(message); went != State::complete) return went;
  }
  return read_fields(message);
}

ResponseParser::Step ResponseParser::parse_body(std::string_view input) {
  if (stage_ == Stage::done) return {State::complete, 0, {}};
  if (stage_ == Stage::refused) return {State::refused, 0, {}};
  SVC_CHECK(stage_ == Stage::body);
  if (head_.until_close) return {State::more, input.size(), input};
  if (head_.framing == BodyFraming::length) {
    const std::string_view data = input.substr(0, std::min<uint64_t>(length_left_, input.size()));
    length_left_ -= data.size();
    if (length_left_ == 0) stage_ = Stage::done;
    return {length_left_ == 0 ? State::complete : State::more, data.size(), data};
  }
  const ChunkedBody::Step did = chunked_.advance(input, reader_, limits_);
  if (did.state == ChunkedBody::State::refused) {
    return {refuse(chunked_.refusal()), did.consumed, {}};
  }
  if (did.state == ChunkedBody::State::complete) stage_ = Stage::done;
  return {did.state == ChunkedBody::State::complete ? State::complete : State::more, did.consumed,
          did.data};
}

bool ResponseParser::finish_at_close() noexcept {
  if (stage_ == Stage::body && head_.until_close) stage_ = Stage::done;
  return stage_ == Stage::done;
}

}  // namespace svc
