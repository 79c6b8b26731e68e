// Every body of tests/corpus/multipart through the parser: whole, and cut in all places.
#include <gtest/gtest.h>

#include "tests/support/multipart_run.h"

namespace svc::test {
namespace {

const std::vector<CorpusCase>& forms() {
  static const std::vector<CorpusCase> cases = read_corpus(SVC_MULTIPART_CORPUS, ".form");
  return cases;
}

Rerun in_pieces(const CorpusCase& sample) {
  std::string type = "multipart/form-data; boundary=XX";
  for (const auto& [what, value] : sample.wants) {
    if (what == "type") type = value;
  }
  return [&sample, type](const NextPiece& next) { return run_multipart(sample.bytes, type, next); };
}

TEST(MultipartCorpus, EachFormIsUnderstoodAsItSays) {
  EXPECT_GE(forms().size(), 30u);
  for (const CorpusCase& sample : forms()) {
    SCOPED_TRACE(sample.name + ": " + sample.about);
    const CorpusRun run = in_pieces(sample)(all_at_once);
    EXPECT_EQ(run.statuses, sample.statuses) << run.transcript.substr(0, 2000);
    EXPECT_EQ(static_cast<int>(run.end), static_cast<int>(sample.end));
    auto wants = sample.wants;
    std::erase_if(wants, [](const auto& want) { return want.first == "type"; });
    EXPECT_EQ(run.told, wants);
  }
}

TEST(MultipartCorpus, NoCutChangesWhatIsUnderstood) {
  constexpr size_t kCutsMax = 600;
  for (const CorpusCase& sample : forms()) {
    SCOPED_TRACE(sample.name);
    EXPECT_EQ(cut_that_matters(sample.bytes.size(), kCutsMax, in_pieces(sample)), "");
    EXPECT_EQ(slowness_that_matters(sample.bytes.size(), SIZE_MAX, in_pieces(sample)), "");
  }
}

}  // namespace
}  // namespace svc::test
