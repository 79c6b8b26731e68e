// Every raw answer of tests/corpus/http_client through the parser: whole, and cut in all places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/http_corpus.h"
#include "tests/support/response_run.h"

namespace svc::test {
namespace {

const std::vector<CorpusCase>& answers() {
  static const std::vector<CorpusCase> cases = read_corpus(SVC_HTTP_CLIENT_CORPUS, ".res");
  return cases;
}

bool says(const CorpusCase& sample, std::string_view what, std::string_view value) {
  return std::ranges::find(sample.wants, std::pair<std::string, std::string>(what, value)) !=
         sample.wants.end();
}

CorpusRun run_answer(const CorpusCase& sample, const NextPiece& next) {
  return run_response(sample.bytes, says(sample, "request", "HEAD"), says(sample, "eof", "yes"),
                      next);
}

Rerun answer_in_other_pieces(const CorpusCase& sample) {
  return [&sample](const NextPiece& next) { return run_answer(sample, next); };
}

TEST(HttpClientCorpus, IsThere) { EXPECT_GE(answers().size(), 110u); }

TEST(HttpClientCorpus, EachAnswerIsUnderstoodAsItSays) {
  for (const CorpusCase& sample : answers()) {
    SCOPED_TRACE(sample.name + ": " + sample.about);
    const CorpusRun run = run_answer(sample, all_at_once);
    EXPECT_EQ(run.statuses, sample.statuses) << run.transcript.substr(0, 2000);
    EXPECT_EQ(static_cast<int>(run.end), static_cast<int>(sample.end));
    for (const auto& want : sample.wants) {
      if (want.first == "request" || want.first == "eof") continue;
      EXPECT_THAT(run.told, ::testing::Contains(want));
    }
    const bool refused =
        std::ranges::any_of(run.told, [](const auto& each) { return each.first == "fault"; });
    EXPECT_EQ(refused, says(sample, "fault", "protocol") || says(sample, "fault", "too_large"));
  }
}

TEST(HttpClientCorpus, NoCutChangesWhatIsUnderstood) {
  constexpr size_t kCutsMax = 400;
  for (const CorpusCase& sample : answers()) {
    SCOPED_TRACE(sample.name);
    ASSERT_EQ(cut_that_matters(sample.bytes.size(), kCutsMax, answer_in_other_pieces(sample)), "");
  }
}

TEST(HttpClientCorpus, ByteAfterByteIsUnderstoodTheSame) {
  constexpr size_t kPiecesMax = 10'000;
  for (const CorpusCase& sample : answers()) {
    SCOPED_TRACE(sample.name);
    ASSERT_EQ(
        slowness_that_matters(sample.bytes.size(), kPiecesMax, answer_in_other_pieces(sample)), "");
  }
}

}  // namespace
}  // namespace svc::test
