#include "tests/support/response_run.h"

#include <cctype>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/http/client/response_parser.h"

namespace svc::test {
namespace {

using AnswerState = ResponseParser::State;

std::string lower_name(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

class Reading {
 public:
  Reading(bool to_head, const ClientLimits& limits) : limits_(limits) {
    parser_.reset(limits, to_head);
  }
  void receive(std::string_view piece) {
    window_.append(piece);
    while (!over_ && (in_body_ ? step_body() : step_head())) {
    }
  }
  CorpusRun finish(bool eof) {
    if (eof && in_body_ && !over_ && parser_.finish_at_close()) complete();
    if (whole_) {
      const ReceivedHead& head = parser_.head();
      run_.end = head.keep_alive && window_.view().empty() ? CorpusCase::End::keep
                                                           : CorpusCase::End::close;
      run_.tell("body", body_);
    } else if (refused_) {
      run_.end = CorpusCase::End::close;
    }
    return std::move(run_);
  }

 private:
  bool refuse() {
    SVC_CHECK(!parser_.fault().detail.empty());
    run_.tell("fault", client_failure_name(parser_.fault().kind));
    refused_ = over_ = true;
    return false;
  }
  void complete() {
    for (const HeaderField& field : parser_.trailers()) {
      run_.tell("trailer", std::string(field.name) + "=" + std::string(field.value));
    }
    whole_ = over_ = true;
  }
  bool step_head();
  bool step_body();

  const ClientLimits limits_;
  ResponseParser parser_;
  ExactWindow window_;
  CorpusRun run_;
  std::string body_;
  bool in_body_ = false;
  bool whole_ = false;
  bool refused_ = false;
  bool over_ = false;
};

bool Reading::step_head() {
  if (window_.view().empty()) return false;
  const AnswerState state = parser_.parse_head(window_.view());
  if (state == AnswerState::refused) return refuse();
  if (state == AnswerState::more) return false;
  const ReceivedHead& head = parser_.head();
  SVC_CHECK(head.status >= 100 && head.status <= 999 && head.status != 101);
  SVC_CHECK(head.fields.size() <= limits_.header_count_max);
  SVC_CHECK(!head.until_close || (head.framing == BodyFraming::none && !head.keep_alive));
  run_.statuses.push_back(head.status);
  run_.tell("status", std::to_string(head.status));
  if (!head.informational()) {
    for (const HeaderField& field : head.fields) {
      SVC_CHECK(!field.name.empty() && field.value.find_first_of("\r\n") == field.value.npos);
      run_.tell("header", lower_name(field.name) + "=" + std::string(field.value));
    }
    in_body_ = true;
  }
  const bool interim = head.informational();
  window_.drop(parser_.head_size());
  if (interim) parser_.next_head();
  if (in_body_ && parser_.body_complete()) complete();
  return !over_;
}

bool Reading::step_body() {
  if (window_.view().empty()) return false;
  const ResponseParser::Step step = parser_.parse_body(window_.view());
  if (step.state == AnswerState::refused) return refuse();
  SVC_CHECK(step.data.size() <= step.consumed);
  body_ += step.data;
  window_.drop(step.consumed);
  if (step.state == AnswerState::complete) complete();
  return !over_;
}

}  // namespace

CorpusRun run_response(std::string_view bytes, bool to_head, bool eof, const NextPiece& next_piece,
                       const ClientLimits& limits) {
  Reading reading(to_head, limits);
  feed(bytes, next_piece, [&](std::string_view piece) {
    reading.receive(piece);
    return true;
  });
  return reading.finish(eof);
}

}  // namespace svc::test
