#include "cmd/svcctl/ready_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace svc {
namespace {

using ::testing::ElementsAre;
using Verdict = ReadyReport::Verdict;

struct Heard {
  std::vector<std::string> progress;
  ReadyReport report{[this](std::string_view line) { progress.emplace_back(line); }};
};

TEST(ReadyReport, PassesProgressOnLineByLine) {
  Heard heard;
  heard.report.feed("progress one\nprog");
  heard.report.feed("ress two\n");
  EXPECT_THAT(heard.progress, ElementsAre("one", "two"));
  EXPECT_EQ(heard.report.verdict(), Verdict::none);
}

TEST(ReadyReport, IsReadyOnceTheLineIsWhole) {
  Heard heard;
  heard.report.feed("progress x\nready");
  EXPECT_EQ(heard.report.verdict(), Verdict::none);
  heard.report.feed(" 1 service\nprogress late\n");
  EXPECT_EQ(heard.report.verdict(), Verdict::ready);
  EXPECT_THAT(heard.progress, ElementsAre("x"));
}

TEST(ReadyReport, AReadyWithoutTextCountsAsWell) {
  Heard heard;
  heard.report.feed("ready\n");
  EXPECT_EQ(heard.report.verdict(), Verdict::ready);
}

TEST(ReadyReport, AReasonMayHaveSeveralLines) {
  Heard heard;
  heard.report.feed("error shop.toml:3:1: no setting \"x\"\n");
  heard.report.feed("    x = 1\nready \n");
  EXPECT_EQ(heard.report.verdict(), Verdict::error);
  EXPECT_EQ(heard.report.reason(), "shop.toml:3:1: no setting \"x\"\n    x = 1\nready");
}

TEST(ReadyReport, AnErrorThatIsCutInTheMiddleIsStillOne) {
  Heard heard;
  heard.report.feed("err");
  EXPECT_EQ(heard.report.verdict(), Verdict::none);
  heard.report.feed("or ");
  EXPECT_EQ(heard.report.verdict(), Verdict::error);
  EXPECT_EQ(heard.report.reason(), "");
}

TEST(ReadyReport, UnknownLinesAreForLaterVersions) {
  Heard heard;
  heard.report.feed("hint x\nready\n");
  EXPECT_EQ(heard.report.verdict(), Verdict::ready);
}

TEST(ReadyReport, KeepsNoMoreThanItsBound) {
  Heard heard;
  heard.report.feed("error ");
  for (int i = 0; i < 100; ++i) heard.report.feed(std::string(10'000, 'x'));
  EXPECT_EQ(heard.report.reason().size(), ReadyReport::kTextMax);
}

}  // namespace
}  // namespace svc
