// Every raw request of tests/corpus/http through the codec: whole, and cut in all places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/codec_run.h"
#include "tests/support/http_corpus.h"

namespace svc::test {
namespace {

using Wants = std::vector<std::pair<std::string, std::string>>;

const std::vector<CorpusCase>& corpus() {
  static const std::vector<CorpusCase> cases = read_corpus(SVC_HTTP_CORPUS);
  return cases;
}

CorpusRun run_whole(const CorpusCase& sample) { return run_codec(sample.bytes, all_at_once); }

Rerun in_other_pieces(const CorpusCase& sample) {
  return [&sample](const NextPiece& next) { return run_codec(sample.bytes, next); };
}

Wants of_kind(const Wants& all, std::string_view kind) {
  Wants some;
  std::ranges::copy_if(all, std::back_inserter(some),
                       [kind](const auto& want) { return want.first == kind; });
  return some;
}

TEST(HttpCorpus, IsThere) { EXPECT_GE(corpus().size(), 600u); }

TEST(HttpCorpus, EachCaseIsAnsweredAsItSays) {
  for (const CorpusCase& sample : corpus()) {
    SCOPED_TRACE(sample.name + ": " + sample.about);
    const CorpusRun run = run_whole(sample);
    EXPECT_EQ(run.statuses, sample.statuses) << run.transcript.substr(0, 2000);
    EXPECT_EQ(static_cast<int>(run.end), static_cast<int>(sample.end));
    EXPECT_EQ(run.transcript.find("/smuggled\n"), std::string::npos);
  }
}

TEST(HttpCorpus, EachCaseIsUnderstoodAsItSays) {
  for (const CorpusCase& sample : corpus()) {
    SCOPED_TRACE(sample.name + ": " + sample.about);
    const CorpusRun run = run_whole(sample);
    for (const auto& want : sample.wants) EXPECT_THAT(run.told, ::testing::Contains(want));
    if (const Wants trailers = of_kind(sample.wants, "trailer"); !trailers.empty()) {
      EXPECT_EQ(of_kind(run.told, "trailer"), trailers);
    }
  }
}

TEST(HttpCorpus, NoCutChangesWhatIsUnderstood) {
  constexpr size_t kCutsMax = 600;
  for (const CorpusCase& sample : corpus()) {
    SCOPED_TRACE(sample.name);
    ASSERT_EQ(cut_that_matters(sample.bytes.size(), kCutsMax, in_other_pieces(sample)), "");
  }
}

TEST(HttpCorpus, ByteAfterByteIsUnderstoodTheSame) {
  constexpr size_t kPiecesMax = 20'000;
  for (const CorpusCase& sample : corpus()) {
    SCOPED_TRACE(sample.name);
    ASSERT_EQ(slowness_that_matters(sample.bytes.size(), kPiecesMax, in_other_pieces(sample)), "");
  }
}

}  // namespace
}  // namespace svc::test
