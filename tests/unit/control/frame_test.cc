#include "core/control/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control/control_support.h"

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string frame_refusal(std::string bytes, size_t payload_max = 100) {
  const auto taken = take_frame(bytes, payload_max);
  EXPECT_FALSE(taken);
  if (taken) return "";
  EXPECT_EQ(taken.error().code, std::errc::protocol_error);
  return taken.error().text;
}

TEST(Frame, HasTheLayoutThatItsHeaderDraws) {
  EXPECT_EQ(frame_of(FrameKind::progress, "hello"),
            std::string_view("SVC1\x02\0\0\0\x05\0\0\0hello", 17));
  EXPECT_EQ(frame_of(FrameKind::done, std::string(0x0102, 'x')).substr(8, 4),
            std::string_view("\x02\x01\0\0", 4));
}

TEST(Frame, IsTakenWholeAndLeavesWhatFollows) {
  std::string buffer = frame_of(FrameKind::document, "{}") + frame_of(FrameKind::done, "") + "S";
  auto first = take_frame(buffer, 100);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->kind, FrameKind::document);
  EXPECT_EQ((*first)->payload, "{}");
  auto second = take_frame(buffer, 100);
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->kind, FrameKind::done);
  EXPECT_THAT((*second)->payload, IsEmpty());
  EXPECT_EQ(buffer, "S");
}

TEST(Frame, ComesTogetherFromSingleBytes) {
  const std::string bytes = frame_of(FrameKind::request, std::string("a\0b", 3));
  std::string buffer;
  for (size_t i = 0; i + 1 < bytes.size(); ++i) {
    buffer += bytes[i];
    const auto partial = take_frame(buffer, 100);
    ASSERT_TRUE(partial) << "after " << i + 1 << " bytes: " << partial.error().text;
    ASSERT_FALSE(*partial);
  }
  buffer += bytes.back();
  ASSERT_TRUE(*take_frame(buffer, 100));
  EXPECT_THAT(buffer, IsEmpty());
}

TEST(Frame, AnotherProtocolIsRefusedAtItsFirstByte) {
  EXPECT_THAT(frame_refusal("G"), HasSubstr("magic"));
  EXPECT_THAT(frame_refusal("SVC2"), HasSubstr("magic"));
  EXPECT_THAT(frame_refusal("GET / HTTP/1.1\r\n"), HasSubstr("magic"));
}

TEST(Frame, UnknownKindsAndReservedBitsAreRefused) {
  std::string none = frame_of(FrameKind::request, "");
  none[4] = 0;
  EXPECT_THAT(frame_refusal(none), HasSubstr("kind 0"));
  std::string five = none;
  five[4] = 5;
  EXPECT_THAT(frame_refusal(five), HasSubstr("kind 5"));
  std::string reserved = frame_of(FrameKind::request, "");
  reserved[6] = 1;
  frame_refusal(reserved);
}

TEST(Frame, ALengthBeyondTheBoundIsRefusedBeforeItArrives) {
  EXPECT_THAT(frame_refusal(frame_of(FrameKind::request, std::string(101, 'x')).substr(0, 12)),
              HasSubstr("101 bytes; at most 100"));
  std::string huge = frame_of(FrameKind::request, "");
  huge.replace(8, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(frame_refusal(huge), HasSubstr("4294967295"));
  std::string most = frame_of(FrameKind::request, std::string(100, 'x'));
  EXPECT_TRUE(*take_frame(most, 100));
}

TEST(Request, ComesBackAsItWasSent) {
  for (const ControlRequest& request :
       {ControlRequest{"stop", {}}, ControlRequest{"reload", {"users"}},
        ControlRequest{"x", {"", "two words", "ü"}}}) {
    const auto decoded = decode_request(encode_request(request));
    ASSERT_TRUE(decoded) << decoded.error().text;
    EXPECT_EQ(decoded->command, request.command);
    EXPECT_EQ(decoded->arguments, request.arguments);
  }
}

TEST(Request, MalformedOnesAreErrors) {
  EXPECT_FALSE(decode_request(""));
  EXPECT_FALSE(decode_request("status"));
  EXPECT_FALSE(decode_request(std::string_view("\0", 1)));
  EXPECT_FALSE(decode_request(std::string_view("a\0b", 3)));
  EXPECT_FALSE(decode_request("a" + std::string(kArgumentsMax + 2, '\0')));
  EXPECT_TRUE(decode_request("a" + std::string(kArgumentsMax + 1, '\0')));
}

TEST(FrameDeathTest, APayloadBeyondTheProtocolIsOurBug) {
  std::string out;
  EXPECT_DEATH(append_frame(out, FrameKind::document, std::string(kAnswerMax + 1, 'x')),
               "check failed");
}

}  // namespace
}  // namespace svc
