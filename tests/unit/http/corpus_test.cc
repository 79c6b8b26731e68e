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

CodecRun run_whole(const CorpusCase& sample) {
  return run_codec(sample.bytes, [](size_t left) { return left; });
}

CodecRun run_cut_at(const CorpusCase& sample, size_t at) {
  bool first = true;
  return run_codec(sample.bytes,
                   [&](size_t left) { return std::exchange(first, false) ? at : left; });
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
    const CodecRun run = run_whole(sample);
    EXPECT_EQ(run.statuses, sample.statuses) << run.transcript.substr(0, 2000);
    EXPECT_EQ(static_cast<int>(run.end), static_cast<int>(sample.end));
    EXPECT_EQ(run.transcript.find("/smuggled\n"), std::string::npos);
  }
}

TEST(HttpCorpus, EachCaseIsUnderstoodAsItSays) {
  for (const CorpusCase& sample : corpus()) {
    SCOPED_TRACE(sample.name + ": " + sample.about);
    const CodecRun run = run_whole(sample);
    for (const auto& want : sample.wants) EXPECT_THAT(run.first, ::testing::Contains(want));
    if (const Wants trailers = of_kind(sample.wants, "trailer"); !trailers.empty()) {
      EXPECT_EQ(of_kind(run.first, "trailer"), trailers);
    }
  }
}

TEST(HttpCorpus, NoCutChangesWhatIsUnderstood) {
  constexpr size_t kCutsMax = 600;  // Long cases are cut at as many places, spread over them.
  for (const CorpusCase& sample : corpus()) {
    SCOPED_TRACE(sample.name);
    const CodecRun whole = run_whole(sample);
    const size_t step = 1 + sample.bytes.size() / kCutsMax;
    for (size_t at = 1; at < sample.bytes.size(); at += step) {
      const CodecRun cut = run_cut_at(sample, at);
      ASSERT_EQ(cut.transcript, whole.transcript) << "cut at " << at;
      ASSERT_EQ(cut.statuses, whole.statuses) << "cut at " << at;
      ASSERT_EQ(cut.end, whole.end) << "cut at " << at;
    }
  }
}

TEST(HttpCorpus, ByteAfterByteIsUnderstoodTheSame) {
  constexpr size_t kLong = 20'000;  // Each byte copies all before it.
  for (const CorpusCase& sample : corpus()) {
    SCOPED_TRACE(sample.name);
    const size_t piece = 1 + sample.bytes.size() / kLong;
    const CodecRun slow =
        run_codec(sample.bytes, [piece](size_t left) { return std::min(piece, left); });
    const CodecRun whole = run_whole(sample);
    ASSERT_EQ(slow.transcript, whole.transcript);
    ASSERT_EQ(slow.statuses, whole.statuses);
    ASSERT_EQ(slow.end, whole.end);
  }
}

}  // namespace
}  // namespace svc::test
