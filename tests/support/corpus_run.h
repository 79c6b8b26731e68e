// corpus_run.h — what a parser has made of a case's bytes, which came in pieces, and whether it
// would have made the same of them in other pieces.
//
// Used by the unit tests over tests/corpus and by the fuzzers. A runner for one parser
// (codec_run.h, response_run.h, multipart_run.h) feeds it and tells here what it says.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/http_corpus.h"

namespace svc::test {

struct CorpusRun {
  std::vector<int> statuses;
  CorpusCase::End end = CorpusCase::End::wait;
  std::vector<std::pair<std::string, std::string>> told;  // As in a case's wants.
  std::string transcript;                                 // All of it, to compare two runs by.

  void tell(std::string_view what, std::string_view value);
  bool operator==(const CorpusRun&) const = default;
};

// What has come and is not used up: in a block of exactly its size, at a new address after each
// piece, so that a sanitizer sees each byte read beyond it and each view left behind.
class ExactWindow {
 public:
  void append(std::string_view more);
  void drop(size_t count);
  std::string_view view() const { return {block_.get() + at_, size_}; }

 private:
  std::unique_ptr<char[]> block_;
  size_t at_ = 0;
  size_t size_ = 0;
};

// Says how many of the `left` bytes come next, at least 1.
using NextPiece = std::function<size_t(size_t left)>;
size_t all_at_once(size_t left);
// Hands the bytes over piece by piece, until `receive` returns false.
void feed(std::string_view bytes, const NextPiece& next_piece,
          const std::function<bool(std::string_view piece)>& receive);

// One case, once more, in other pieces.
using Rerun = std::function<CorpusRun(const NextPiece&)>;

// The first way of cutting `size` bytes that changes what is understood, in words; "" if none does.
// Cut once, at each of cuts_max places at the most, which are spread over the bytes.
std::string cut_that_matters(size_t size, size_t cuts_max, const Rerun& run);
// In pieces of one byte, or of as many as make pieces_max of the whole: each may copy all before
// it.
std::string slowness_that_matters(size_t size, size_t pieces_max, const Rerun& run);
// In pieces of random sizes up to each of `longest`; the same ones for the same bytes.
std::string random_cuts_that_matter(std::string_view bytes, std::initializer_list<size_t> longest,
                                    const Rerun& run);

}  // namespace svc::test
