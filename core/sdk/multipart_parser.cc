#include "core/sdk/multipart_parser.h"

#include <algorithm>
#include <utility>

#include "core/http/chars.h"
#include "core/sdk/media_type.h"

namespace svc {
namespace {

constexpr size_t kBoundaryMax = 70;        // RFC 2046 5.1.1.
constexpr size_t kPaddingMax = 64;         // Blanks behind a boundary, which nobody sends.
constexpr size_t kPreambleMax = 4 * 1024;  // What stands before the first part: nothing, mostly.

// Where `mark` begins in `text`, which may be the beginning of more; or that this is certainly
// beyond `max`, however the bytes were cut.
struct Mark {
  size_t at = std::string_view::npos;
  bool too_far = false;
};
Mark find_mark(std::string_view text, std::string_view mark, size_t max) noexcept {
  const size_t at = text.find(mark);
  return {at, at == std::string_view::npos ? text.size() >= max + mark.size() : at > max};
}

bool is_boundary(std::string_view text) noexcept {
  if (text.empty() || text.size() > kBoundaryMax || text.back() == ' ') return false;
  static constexpr std::string_view kOthers = "'()+_,-./:=? ";
  return std::ranges::all_of(text, [](char c) {
    const bool plain = is_char(c, kUnreserved) && c != '~';
    return plain || kOthers.find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<MultipartParser> MultipartParser::for_type(std::string_view content_type,
                                                  MultipartLimits limits) {
  const auto boundary = media_parameter(content_type, "boundary");
  if (!boundary) return Error::invalid("the Content-Type of a multipart body has no boundary");
  if (!is_boundary(*boundary)) return Error::invalid("the boundary of the body can't be one");
  return MultipartParser(*boundary, limits);
}

// The first boundary needs no line before it: as if the body began with its end.
MultipartParser::MultipartParser(std::string_view boundary, MultipartLimits limits)
    : delimiter_("\r\n--" + std::string(boundary)), limits_(limits), buffer_("\r\n") {}

void MultipartParser::add(std::string_view bytes) {
  buffer_.erase(0, std::exchange(taken_, 0));
  buffer_ += bytes;
}

MultipartParser::Step MultipartParser::next() {
  switch (state_) {
    case State::preamble:
      return skip_preamble();
    case State::boundary:
      return read_boundary();
    case State::head:
      return read_head();
    case State::content:
      return read_content();
    case State::end:
      return Step::end;
    case State::failed:
      return Step::failed;
  }
  return Step::failed;
}

MultipartParser::Step MultipartParser::fail(std::string why) {
  state_ = State::failed;
  error_ = std::move(why);
  return Step::failed;
}

MultipartParser::Step MultipartParser::need(std::string_view what) {
  if (!ended_) return Step::more;
  return fail("the body ended within " + std::string(what));
}

MultipartParser::Step MultipartParser::skip_preamble() {
  const Mark first = find_mark(rest(), delimiter_, kPreambleMax);
  if (first.too_far) return fail("the body does not begin with its boundary");
  if (first.at == std::string_view::npos) return need("what precedes its first part");
  taken_ += first.at + delimiter_.size();
  state_ = State::boundary;
  return read_boundary();
}

// Behind a boundary: "--" for the last one, else blanks and the end of the line.
MultipartParser::Step MultipartParser::read_boundary() {
  if (std::exchange(in_part_, false)) return Step::part_end;
  const std::string_view line = rest();
  if (line.starts_with("--")) {
    state_ = State::end;
    return Step::end;
  }
  const size_t blanks = std::min(line.find_first_not_of(" \t"), line.size());
  const std::string_view after = line.substr(blanks);
  if (blanks > kPaddingMax || !(after.starts_with("\r\n") || after.empty() || after == "\r" ||
                                (blanks == 0 && after == "-"))) {
    return fail("a line begins with the boundary and does not end there");
  }
  if (after.size() < 2) return need("a boundary");
  if (++parts_ > limits_.parts_max) return fail("the body has too many parts");
  taken_ += blanks + 2;
  state_ = State::head;
  return read_head();
}

MultipartParser::Step MultipartParser::read_head() {
  const std::string_view text = rest();
  const Mark end =
      text.starts_with("\r\n") ? Mark{0} : find_mark(text, "\r\n\r\n", limits_.head_max);
  if (end.too_far) return fail("a part's head is too large");
  if (end.at == std::string_view::npos) return need("a part's head");
  const size_t size = end.at == 0 ? 0 : end.at + 2;
  auto head = parse_part_head(text.substr(0, size));
  if (!head) return fail(std::move(head).error().text);
  head_ = *std::move(head);
  taken_ += size + 2;
  state_ = State::content;
  in_part_ = true;
  return Step::part;
}

MultipartParser::Step MultipartParser::read_content() {
  const std::string_view text = rest();
  const size_t at = text.find(delimiter_);
  if (at == 0) {
    taken_ += delimiter_.size();
    state_ = State::boundary;
    return read_boundary();
  }
  size_t size = at;
  if (at == std::string_view::npos) {
    // All that can't be the beginning of a boundary.
    const size_t keep = delimiter_.size() - 1;
    const size_t from = text.size() > keep ? text.size() - keep : 0;
    size = from + std::min(text.substr(from).find('\r'), text.size() - from);
  }
  if (size == 0) return need("a part");
  content_ = text.substr(0, size);
  taken_ += size;
  return Step::content;
}

}  // namespace svc
