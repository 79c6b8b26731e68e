#include "tests/support/codec_run.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/http/request_parser.h"

namespace svc::test {
namespace {

using End = CorpusCase::End;

class Connection {
 public:
  explicit Connection(const HttpLimits& limits) : limits_(limits), parser_(limits) {}

  // Returns false once the connection has been closed.
  bool receive(std::string_view piece) {
    window_.append(piece);
    while (!closed_ && (in_body_ ? step_body() : step_head())) {
    }
    return !closed_;
  }
  CorpusRun finish() {
    if (closed_) {
      run_.end = End::close;
    } else {
      run_.end = in_body_ || !window_.view().empty() ? End::wait : End::keep;
    }
    return std::move(run_);
  }

 private:
  bool step_head();
  bool step_body();
  void begin_body();
  void describe();
  int status_of(const RequestHead& head) const;
  void refuse(int status, std::string_view detail) {
    run_.statuses.push_back(status);
    run_.transcript.append("refused ").append(detail).append("\n");
    closed_ = true;
  }
  void tell(std::string_view what, std::string_view value) {
    told_.emplace_back(what, value);
    run_.transcript.append(what).append(" ").append(value).append("\n");
  }

  const HttpLimits limits_;
  RequestParser parser_;
  ExactWindow window_;
  CorpusRun run_;
  std::vector<std::pair<std::string, std::string>> told_;  // Of the current request.
  std::string head_bytes_;
  std::string body_;
  bool in_body_ = false;
  bool closed_ = false;
};

bool Connection::step_head() {
  const std::string_view message = window_.view();
  switch (parser_.parse_head(message)) {
    case RequestParser::HeadState::incomplete:
      return false;
    case RequestParser::HeadState::refused:
      SVC_CHECK(parser_.refusal().status >= 400 && !parser_.refusal().detail.empty());
      refuse(parser_.refusal().status, parser_.refusal().detail);
      return false;
    case RequestParser::HeadState::complete:
      break;
  }
  SVC_CHECK(parser_.started());
  head_bytes_.assign(message.substr(0, parser_.head_size()));
  window_.drop(parser_.head_size());
  parser_.rebase(head_bytes_);
  begin_body();
  return !closed_;
}

void Connection::begin_body() {
  const RequestHead& head = parser_.head();
  SVC_CHECK(head.count("host") <= 1 && (head.version_minor == 0 || head.count("host") == 1));
  SVC_CHECK(head.count("content-length") + head.count("transfer-encoding") <= 1);
  SVC_CHECK((head.framing == BodyFraming::chunked) == (head.count("transfer-encoding") == 1));
  SVC_CHECK(head.headers.size() <= limits_.header_count_max);
  for (const HeaderField& field : head.headers) {
    const char* const end = head_bytes_.data() + head_bytes_.size();
    for (const std::string_view part : {field.name, field.value}) {
      SVC_CHECK(part.data() >= head_bytes_.data() && part.data() + part.size() <= end);
    }
    SVC_CHECK(!field.name.empty() &&
              field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  }
  describe();
  body_.clear();
  in_body_ = true;
  if (head.framing == BodyFraming::length && head.content_length > limits_.body_max) {
    refuse(413, "length");
  }
}

void Connection::describe() {
  const RequestHead& head = parser_.head();
  told_.clear();
  tell("method", head.method_text);
  tell("target", head.target);
  tell("path", head.path);
  tell("query", head.query);
  tell("authority", head.authority);
  tell("version", std::to_string(head.version_minor));
  tell("framing", std::to_string(static_cast<int>(head.framing)));
  tell("length", std::to_string(head.content_length));
  tell("keep_alive", std::to_string(head.keep_alive));
  tell("expect_continue", std::to_string(head.expect_continue));
  for (const HeaderField& field : head.headers) {
    std::string name(field.name);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    name += '=';
    const auto same = std::ranges::find_if(told_, [&name](const auto& line) {
      return line.first == "header" && line.second.starts_with(name);
    });
    if (same == told_.end()) {
      tell("header", name.append(field.value));
    } else {
      same->second.append(", ").append(field.value);
      run_.transcript.append("header ").append(name).append(field.value).append("\n");
    }
  }
}

int Connection::status_of(const RequestHead& head) const {
  if (head.method == Method::other) return 501;
  if (head.method == Method::trace) return 405;
  if (head.path == "*") return 204;
  // A router takes "%61" for "a"; here one spelling of it will do.
  const bool anything = head.path.starts_with("/anything") || head.path == "/%61nything";
  return anything || head.path == "/" ? 200 : 404;
}

bool Connection::step_body() {
  const std::string_view input = window_.view();
  const RequestParser::BodyStep step = parser_.parse_body(input);
  SVC_CHECK(step.consumed <= input.size());
  if (!step.data.empty()) {
    SVC_CHECK(step.data.data() >= input.data() &&
              step.data.data() + step.data.size() <= input.data() + step.consumed);
  }
  body_.append(step.data);
  window_.drop(step.consumed);
  if (step.state == RequestParser::BodyState::refused) {
    refuse(parser_.refusal().status, parser_.refusal().detail);
    return false;
  }
  if (body_.size() > limits_.body_max || step.announced > limits_.body_max - body_.size()) {
    refuse(413, "body");
    return false;
  }
  if (step.state == RequestParser::BodyState::more) {
    SVC_CHECK(step.consumed > 0 || input.empty());
    return !window_.view().empty();
  }
  tell("body", body_);
  for (const HeaderField& field : parser_.trailers()) {
    tell("trailer", std::string(field.name) + "=" + std::string(field.value));
  }
  if (run_.statuses.empty()) run_.told = told_;
  run_.statuses.push_back(status_of(parser_.head()));
  closed_ = !parser_.head().keep_alive;
  in_body_ = false;
  parser_.reset();
  return !window_.view().empty();
}

}  // namespace

CorpusRun run_codec(std::string_view bytes, const NextPiece& next_piece, const HttpLimits& limits) {
  Connection connection(limits);
  feed(bytes, next_piece, [&](std::string_view piece) { return connection.receive(piece); });
  return connection.finish();
}

}  // namespace svc::test
