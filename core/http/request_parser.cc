#include "core/http/request_parser.h"

#include <algorithm>
#include <vector>

#include "core/base/check.h"
#include "core/http/chunked_body.h"
#include "core/http/field_section.h"
#include "core/http/head_memo.h"
#include "core/http/head_rules.h"
#include "core/http/line_memo.h"
#include "core/http/line_scan.h"
#include "core/http/llhttp_reader.h"
#include "core/http/moved_view.h"
#include "core/http/request_line.h"

namespace svc {
namespace {

// RFC 9112 2.2 asks to ignore at least one empty line before a request line; a client that sends
// nothing else is no client.
constexpr uint8_t kEmptyLinesMax = 8;

}  // namespace

// Stages of one message. A head goes empty_lines → request_line → fields → head_done, a body stays
// in head_done until it has ended; refused is left by reset() only.
enum class Stage : uint8_t { empty_lines, request_line, fields, head_done, body_done, refused };

struct RequestParser::State {
  explicit State(const HttpLimits& bounds) : limits(bounds) {}

  HeadState refuse(const Refusal& why) noexcept {
    refusal = why;
    stage = Stage::refused;
    return HeadState::refused;
  }
  HeadState skip_empty_lines(std::string_view message) noexcept;
  HeadState read_request_line(std::string_view message);
  HeadState begin_fields(std::string_view message, size_t at);
  HeadState read_fields(std::string_view message);
  HeadState finish_head(std::string_view message);
  bool recall_fields(std::string_view message);
  HeadState begin_body() noexcept;

  const HttpLimits limits;
  Stage stage = Stage::empty_lines;
  uint8_t empty_lines = 0;
  size_t line = 0;    // Offset of the request line.
  size_t resume = 0;  // All before it has been looked at.
  FieldSection section;
  HeadMemo memo;
  LineMemo lines;
  RequestHead head;
  std::vector<HeaderField> fields;
  std::string_view message;  // Where head's views point.
  uint64_t length_left = 0;  // Of a body with a length.
  ChunkedBody chunked;
  LlhttpReader reader;
  Refusal refusal;
};

RequestParser::RequestParser(const HttpLimits& limits) : state_(std::make_unique<State>(limits)) {}
RequestParser::~RequestParser() = default;

void RequestParser::reset(uint8_t empty_lines) noexcept {
  State& s = *state_;
  s.stage = Stage::empty_lines;
  s.empty_lines = empty_lines;
  s.line = s.resume = 0;
  s.head = {};  // Without fields: what s.fields has is nobody's any more, but its size often right.
  s.message = {};
  s.length_left = 0;
  s.refusal = {};
}

// Each of the four goes one stage on, or says why not.
RequestParser::HeadState RequestParser::State::skip_empty_lines(std::string_view text) noexcept {
  while (line < text.size()) {
    if (text[line] != '\r') {
      stage = Stage::request_line;
      resume = line;
      return HeadState::complete;
    }
    const LineScan scan = find_line_end(text, line);
    if (scan.kind == LineScan::Kind::partial) return HeadState::incomplete;
    if (scan.kind != LineScan::Kind::complete) return refuse({400, line_fault(scan.kind)});
    if (++empty_lines > kEmptyLinesMax) {
      return refuse({400, "too many empty lines before a request line (RFC 9112 2.2)"});
    }
    line = scan.at + 2;
  }
  return HeadState::incomplete;
}

RequestParser::HeadState RequestParser::State::read_request_line(std::string_view text) {
  if (const size_t size = lines.recall(text.substr(line), head)) {
    return begin_fields(text, line + size);
  }
  const LineScan scan = find_line_end(text, resume);
  // Before what the scan found is judged: the bound holds for a line that never ends, too.
  if (scan.at - line > limits.request_line_max) {
    return refuse({414, "the request line is too long"});
  }
  resume = scan.at;
  if (scan.kind == LineScan::Kind::partial) return HeadState::incomplete;
  if (scan.kind != LineScan::Kind::complete) return refuse({400, line_fault(scan.kind)});
  if (const Refusal bad = judge_request_line(text.substr(line, scan.at - line), head)) {
    return refuse(bad);
  }
  const size_t end = scan.at + 2;
  lines.keep(text.substr(line, end - line), head);
  return begin_fields(text, end);
}

RequestParser::HeadState RequestParser::State::begin_fields(std::string_view text, size_t at) {
  message = text;
  section.start(at);
  if (recall_fields(text)) return begin_body();
  stage = Stage::fields;
  return HeadState::complete;
}

bool RequestParser::State::recall_fields(std::string_view text) {
  const std::string_view rest = text.substr(section.begin());
  const size_t size = memo.known(rest, head);
  if (size == 0) return false;
  memo.recall(rest, head, fields);
  section.skip(size);
  return true;
}

RequestParser::HeadState RequestParser::State::read_fields(std::string_view text) {
  switch (section.advance(text, limits)) {
    case FieldSection::State::incomplete:
      return HeadState::incomplete;
    case FieldSection::State::refused:
      return refuse(section.refusal());
    case FieldSection::State::complete:
      return finish_head(text);
  }
  return HeadState::incomplete;
}

RequestParser::HeadState RequestParser::State::finish_head(std::string_view text) {
  // The buffer has moved since the request line was read: make its views point here.
  if (message.data() != text.data()) {
    judge_request_line(text.substr(line, section.begin() - 2 - line), head);
  }
  message = text;
  const std::string_view bytes = text.substr(line, section.end() - line);
  reader.reset();
  if (!reader.read_head(bytes, head, section.fields(), fields)) {
    return refuse({400, reader.fault()});
  }
  head.headers = fields;
  if (const Refusal bad = judge_fields(head)) return refuse(bad);
  if (!reader.agrees_on(head)) {
    return refuse({400, "the request's framing can be read in two ways (RFC 9112 6.3)"});
  }
  memo.keep(text.substr(section.begin(), section.end() - section.begin()), head);
  return begin_body();
}

RequestParser::HeadState RequestParser::State::begin_body() noexcept {
  length_left = head.content_length;
  if (head.framing == BodyFraming::chunked) chunked.start();
  stage = Stage::head_done;
  return HeadState::complete;
}

RequestParser::HeadState RequestParser::parse_head(std::string_view message) {
  State& s = *state_;
  if (s.stage == Stage::refused) return HeadState::refused;
  SVC_CHECK(s.stage < Stage::head_done);
  HeadState went = HeadState::complete;
  while (went == HeadState::complete && s.stage != Stage::head_done) {
    switch (s.stage) {
      case Stage::empty_lines:
        went = s.skip_empty_lines(message);
        break;
      case Stage::request_line:
        went = s.read_request_line(message);
        break;
      default:
        went = s.read_fields(message);
        break;
    }
  }
  return went;
}

bool RequestParser::started() const noexcept { return state_->stage != Stage::empty_lines; }

uint8_t RequestParser::empty_lines() const noexcept { return state_->empty_lines; }

bool RequestParser::asks_for_head(std::string_view message) const noexcept {
  return message.substr(std::min(state_->line, message.size())).starts_with("HEAD ");
}

const RequestHead& RequestParser::head() const noexcept { return state_->head; }

size_t RequestParser::head_size() const noexcept { return state_->section.end(); }

void RequestParser::rebase(std::string_view message) noexcept {
  State& s = *state_;
  for (std::string_view* view :
       {&s.head.method_text, &s.head.target, &s.head.path, &s.head.query, &s.head.authority}) {
    *view = moved_view(*view, s.message, message.data());
  }
  for (HeaderField& field : s.fields) {
    field.name = moved_view(field.name, s.message, message.data());
    field.value = moved_view(field.value, s.message, message.data());
  }
  s.message = message;
}

RequestParser::BodyStep RequestParser::parse_body(std::string_view input) {
  State& s = *state_;
  if (s.stage == Stage::body_done) return {BodyState::complete, 0, {}, 0};
  if (s.stage == Stage::refused) return {BodyState::refused, 0, {}, 0};
  SVC_CHECK(s.stage == Stage::head_done);
  BodyStep step;
  if (s.head.framing == BodyFraming::chunked) {
    const ChunkedBody::Step did = s.chunked.advance(input, s.reader, s.limits);
    step = {static_cast<BodyState>(did.state), did.consumed, did.data, s.chunked.left()};
    s.refusal = s.chunked.refusal();
  } else {
    step.data = input.substr(0, std::min<uint64_t>(s.length_left, input.size()));
    step.consumed = step.data.size();
    step.announced = s.length_left -= step.consumed;
    if (s.length_left == 0) step.state = BodyState::complete;
  }
  if (step.state == BodyState::complete) s.stage = Stage::body_done;
  if (step.state == BodyState::refused) s.stage = Stage::refused;
  return step;
}

std::span<const HeaderField> RequestParser::trailers() const noexcept {
  return state_->chunked.trailers();
}

const Refusal& RequestParser::refusal() const noexcept { return state_->refusal; }

}  // namespace svc
