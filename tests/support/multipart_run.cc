#include "tests/support/multipart_run.h"

#include <algorithm>
#include <string>

#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/sdk/media_type.h"

namespace svc::test {
namespace {

using Step = MultipartParser::Step;

class Form {
 public:
  Form(MultipartParser& parser, std::string_view content_type, const MultipartLimits& limits)
      : parser_(parser),
        limits_(limits),
        delimiter_("\r\n--" + media_parameter(content_type, "boundary").value()) {}

  // Returns false once there is nothing more to be read.
  bool receive(std::string_view piece) {
    given_ += piece.size();
    parser_.add(piece);
    return advance();
  }
  CorpusRun finish() {
    if (!over_) {
      parser_.end();
      SVC_CHECK(!advance());
    }
    return std::move(run_);
  }

 private:
  bool advance();
  void begin_part();
  void end_part();
  void take_content();

  MultipartParser& parser_;
  const MultipartLimits limits_;
  const std::string delimiter_;
  CorpusRun run_;
  std::string content_;
  size_t given_ = 0;     // Bytes of the body.
  size_t contents_ = 0;  // Of them, in contents.
  size_t parts_ = 0;
  bool in_part_ = false;
  bool over_ = false;
};

bool Form::advance() {
  while (!over_) {
    switch (parser_.next()) {
      case Step::more:
        return true;
      case Step::part:
        begin_part();
        break;
      case Step::content:
        take_content();
        break;
      case Step::part_end:
        end_part();
        break;
      case Step::end:
        SVC_CHECK(!in_part_);
        run_.statuses.push_back(200);
        run_.end = CorpusCase::End::keep;
        over_ = true;
        break;
      case Step::failed:
        SVC_CHECK(!parser_.error().empty() && parser_.next() == Step::failed);
        if (in_part_) run_.tell("cut", content_);
        run_.tell("refused", parser_.error());
        run_.statuses.push_back(400);
        run_.end = CorpusCase::End::close;
        over_ = true;
        break;
    }
  }
  return false;
}

void Form::begin_part() {
  const PartHead& head = parser_.head();
  SVC_CHECK(!in_part_ && ++parts_ <= limits_.parts_max);
  SVC_CHECK(utf8_valid(head.name) && head.fields.size() <= PartHead::kFieldsMax);
  const std::string filename = head.filename.value_or("-");
  SVC_CHECK(filename != "." && filename != ".." && filename.find('/') == filename.npos);
  SVC_CHECK(std::ranges::none_of(filename, [](char c) { return c >= 0 && c < ' '; }));
  in_part_ = true;
  content_.clear();
  run_.tell("part", head.name + "|" + filename + "|" + head.content_type);
}

void Form::take_content() {
  SVC_CHECK(in_part_ && !parser_.content().empty());
  content_ += parser_.content();
  contents_ += parser_.content().size();
  SVC_CHECK(contents_ <= given_);
}

void Form::end_part() {
  SVC_CHECK(in_part_ && content_.find(delimiter_) == content_.npos);
  in_part_ = false;
  run_.tell("content", content_);
}

}  // namespace

CorpusRun run_multipart(std::string_view bytes, std::string_view content_type,
                        const NextPiece& next_piece, const MultipartLimits& limits) {
  auto parser = MultipartParser::for_type(content_type, limits);
  if (!parser) {
    CorpusRun refused;
    refused.tell("refused", parser.error().text);
    refused.statuses.push_back(400);
    refused.end = CorpusCase::End::close;
    return refused;
  }
  SVC_CHECK(parser->next() == MultipartParser::Step::more);
  Form form(*parser, content_type, limits);
  feed(bytes, next_piece, [&](std::string_view piece) { return form.receive(piece); });
  return form.finish();
}

}  // namespace svc::test
