#include "core/http/field_section.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

using SectionState = FieldSection::State;

class FieldSectionTest : public ::testing::Test {
 protected:
  SectionState read(std::string_view text) {
    section_.start(0);
    return section_.advance(text, limits_);
  }
  int status(std::string_view text) {
    return read(text) == SectionState::refused ? section_.refusal().status : 0;
  }

  HttpLimits limits_{.header_field_max = 10, .headers_max = 30, .header_count_max = 3};
  FieldSection section_;
};

TEST_F(FieldSectionTest, EndsBehindTheEmptyLine) {
  EXPECT_EQ(read("A: 1\r\nB: 2\r\n\r\nGET"), SectionState::complete);
  EXPECT_EQ(section_.end(), 14u);
  EXPECT_EQ(section_.fields(), 2u);
  EXPECT_EQ(read("\r\n"), SectionState::complete);
  EXPECT_EQ(section_.end(), 2u);
}

TEST_F(FieldSectionTest, GoesOnWhereItStopped) {
  const std::string_view text = "GET A: 1\r\nB: 2\r\n\r\n";
  section_.start(4);
  for (size_t size = 4; size < text.size(); ++size) {
    ASSERT_EQ(section_.advance(text.substr(0, size), limits_), SectionState::incomplete) << size;
  }
  EXPECT_EQ(section_.advance(text, limits_), SectionState::complete);
  EXPECT_EQ(section_.end(), text.size());
}

TEST_F(FieldSectionTest, TakesWhatTheLimitsAllow) {
  EXPECT_EQ(read("12345678:0\r\n\r\n"), SectionState::complete);
  EXPECT_EQ(read("A:1\r\nB:2\r\nC:3\r\n\r\n"), SectionState::complete);
  EXPECT_EQ(read("12345678:0\r\n1234:678\r\nA:45\r\n\r\n"), SectionState::complete);
}

TEST_F(FieldSectionTest, RefusesALineThatIsTooLongBeforeItEnds) {
  EXPECT_EQ(status("12345678:01"), 431);
  EXPECT_EQ(status("12345678:01\r\n"), 431);
  EXPECT_EQ(status("12345678:0"), 0);
  EXPECT_EQ(status("12345678:0\r"), 0);
}

TEST_F(FieldSectionTest, RefusesASectionThatIsTooLong) {
  EXPECT_EQ(status("12345678:0\r\n1234:678\r\n12:456789"), 431);
  EXPECT_EQ(status("12345678:0\r\n1234:678\r\n12:45678"), 0);
}

// Found by the fuzzer: the whole line told of one bound, the same line in pieces of the other.
TEST_F(FieldSectionTest, TellsOfTheBoundThatComesFirst) {
  const std::string_view text = "12345678:0\r\n1234:678\r\n12:4567890123";
  ASSERT_EQ(read(text), SectionState::refused);
  const std::string_view whole = section_.refusal().detail;
  section_.start(0);
  for (size_t size = 1; section_.advance(text.substr(0, size), limits_) != SectionState::refused;)
    ++size;
  EXPECT_EQ(section_.refusal().detail, whole);
}

TEST_F(FieldSectionTest, RefusesOneFieldTooManyAtItsFirstByte) {
  EXPECT_EQ(status("A:1\r\nB:2\r\nC:3\r\n"), 0);
  EXPECT_EQ(status("A:1\r\nB:2\r\nC:3\r\n\r"), 0);
  EXPECT_EQ(status("A:1\r\nB:2\r\nC:3\r\nD"), 431);
}

TEST_F(FieldSectionTest, RefusesFoldsAndLinesThatDoNotEndWithCrlf) {
  EXPECT_EQ(status(" "), 400);
  EXPECT_EQ(status("A:1\r\n\t"), 400);
  EXPECT_EQ(status("A:1\n"), 400);
  EXPECT_EQ(status("A:1\rB"), 400);
  EXPECT_EQ(status("A:\0"), 0);  // The literal ends before its NUL.
  EXPECT_EQ(status(std::string_view("A:\0", 3)), 400);
  EXPECT_EQ(status("\r\r"), 400);
  EXPECT_EQ(status("\n"), 400);
}

}  // namespace
}  // namespace svc
