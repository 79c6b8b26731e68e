#include "core/base/log_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

using namespace std::string_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::chrono::system_clock::time_point kTime{std::chrono::milliseconds(1769860800123)};
const LogTags kWorker{"worker", "users", 0};

std::string line(std::string_view message, LogStyle style = {}, const LogTags& tags = kWorker,
                 LogLevel level = LogLevel::info, size_t line_max = SIZE_MAX) {
  std::string out;
  append_log_line(out, {kTime, level, tags, 412, message}, style, line_max);
  return out;
}

TEST(LogLine, SaysWhenHowBadWhoAndWhat) {
  EXPECT_EQ(line("message"), "2026-01-31T12:00:00.123Z info  users/0 [412] message\n");
  EXPECT_EQ(line("m", {}, {"master", "", -1}, LogLevel::error),
            "2026-01-31T12:00:00.123Z error master [412] m\n");
  EXPECT_EQ(line("m", {}, {"worker", "users", -1}),
            "2026-01-31T12:00:00.123Z info  users [412] m\n");
  EXPECT_EQ(line("m", {}, {}, LogLevel::warn), "2026-01-31T12:00:00.123Z warn  [412] m\n");
}

TEST(LogLine, SaysWhichRequestItIsAbout) {
  const LogRequest request{"a3", "0af7651916cd43dd8448eb211c80319c", true};
  const LogRequest unasked{"a3", request.trace, false};
  const auto of = [](const LogRequest& its, std::string_view message, LogFormat format) {
    std::string out;
    append_log_line(out, {kTime, LogLevel::info, kWorker, 412, message, &its}, {format, false},
                    kLogLineMin);
    return out;
  };
  EXPECT_THAT(of(request, "m", LogFormat::text),
              EndsWith(" m (request a3, trace 0af7651916cd43dd8448eb211c80319c)\n"));
  EXPECT_THAT(of(unasked, "m", LogFormat::text), EndsWith(" m (request a3)\n"));
  EXPECT_THAT(of(unasked, "m failed (request a3)", LogFormat::text),
              EndsWith("] m failed (request a3)\n"));
  EXPECT_THAT(of(unasked, "m", LogFormat::json),
              EndsWith(R"("request_id":"a3","trace_id":"0af7651916cd43dd8448eb211c80319c",)"
                       R"("message":"m"})"
                       "\n"));
  EXPECT_LE(of(request, std::string(9000, 'x'), LogFormat::text).size(), kLogLineMin);
}

TEST(LogLine, InJsonLeavesOutWhatIsNotKnown) {
  const LogStyle json{LogFormat::json, false};
  EXPECT_EQ(
      line("message", json),
      R"({"time":"2026-01-31T12:00:00.123Z","level":"info","role":"worker","service":"users",)"
      R"("worker":0,"pid":412,"message":"message"})"
      "\n");
  EXPECT_EQ(line("m", json, {"master", "", -1}, LogLevel::debug),
            R"({"time":"2026-01-31T12:00:00.123Z","level":"debug","role":"master","pid":412,)"
            R"("message":"m"})"
            "\n");
}

TEST(LogLine, StaysOneLineWhateverItSays) {
  EXPECT_THAT(line("a\nb\rc\td\0e\x1b[31m\x7f"s), EndsWith(R"(] a\nb\rc\td\x00e\x1b[31m\x7f)"
                                                           "\n"));
  EXPECT_THAT(line("c1 \xC2\x9B and bad \xFF\xC3"), EndsWith(R"(] c1 \x9b and bad \xff\xc3)"
                                                             "\n"));
  EXPECT_THAT(line("añb€"), EndsWith("] añb€\n"));
  EXPECT_THAT(line("m", {}, {"", "a\nb", 1}), HasSubstr(R"(a\nb/1)"));
}

TEST(LogLine, IsValidUtf8WithoutControlsForAnyBytes) {
  Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(random.below(60), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
      const std::string out = line(bytes, {format, false});
      EXPECT_TRUE(utf8_valid(out));
      EXPECT_EQ(out.find_first_of("\n\r\t\x1b"), out.size() - 1);
    }
  }
}

TEST(LogLine, ColoursOnlyTheLevel) {
  EXPECT_EQ(line("m", {LogFormat::text, true}),
            "2026-01-31T12:00:00.123Z \x1b[32minfo \x1b[0m users/0 [412] m\n");
}

TEST(LogLine, BeginsWithItsPriorityForTheJournal) {
  const auto told = [](LogLevel level, std::string_view message = "m", size_t line_max = SIZE_MAX) {
    return line(message, {.priorities = true}, kWorker, level, line_max);
  };
  constexpr const char* kTimed = "2026-01-31T12:00:00.123Z ";
  EXPECT_THAT(told(LogLevel::error), StartsWith(std::string("<3>") + kTimed));
  EXPECT_THAT(told(LogLevel::warn), StartsWith(std::string("<4>") + kTimed));
  EXPECT_THAT(told(LogLevel::info), StartsWith(std::string("<6>") + kTimed));
  EXPECT_THAT(told(LogLevel::debug), StartsWith(std::string("<7>") + kTimed));
  EXPECT_LE(told(LogLevel::info, std::string(10'000, 'x'), kLogLineMin).size(), kLogLineMin);
}

TEST(LogLine, IsNeverLongerThanItMayBeAndLosesNoCharacter) {
  const LogTags longest{std::string(500, '\x01'), std::string(500, '\x02'), 1 << 30};
  for (const LogFormat format : {LogFormat::text, LogFormat::json})
    for (const std::string& piece : {"x"s, "€"s, "\x01"s, "\xFF"s, "\""s}) {
      std::string message;
      while (message.size() < 5000) message += piece;
      std::string out;
      const size_t taken = append_log_line(out, {kTime, LogLevel::info, longest, 1, message},
                                           {format, false}, kLogLineMin);
      EXPECT_LE(out.size(), kLogLineMin);
      EXPECT_GT(taken, 0u);
      EXPECT_EQ(taken % piece.size(), 0u);
      EXPECT_THAT(out, HasSubstr("..."));
    }
}

TEST(LogLine, TakesAMessageThatJustFits) {
  const size_t overhead = line("").size();
  std::string out;
  const std::string message(kLogLineMin - overhead, 'x');
  EXPECT_EQ(append_log_line(out, {kTime, LogLevel::info, kWorker, 412, message}, {}, kLogLineMin),
            message.size());
  EXPECT_EQ(out.size(), kLogLineMin);
  EXPECT_THAT(out, EndsWith("x\n"));
}

}  // namespace
}  // namespace svc
