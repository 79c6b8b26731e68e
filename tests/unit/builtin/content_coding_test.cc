#include "core/builtin/content_coding.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

std::string wanted(std::string_view field) {
  std::string names;
  for (const ContentCoding& coding : wanted_codings(field))
    names += (names.empty() ? "" : " ") + std::string(coding.name);
  return names;
}

TEST(WantedCodings, AreThoseThatTheClientTakes) {
  EXPECT_EQ(wanted(""), "");
  EXPECT_EQ(wanted("gzip"), "gzip");
  EXPECT_EQ(wanted("gzip, deflate, br"), "br gzip");
  EXPECT_EQ(wanted("GZip , BR"), "br gzip");
  EXPECT_EQ(wanted("x-gzip"), "gzip");
  EXPECT_EQ(wanted("deflate, zstd"), "");
  EXPECT_EQ(wanted("*"), "br gzip");
  EXPECT_EQ(wanted("brotli, gzipped"), "");
}

TEST(WantedCodings, AreInTheOrderOfTheirWeights) {
  EXPECT_EQ(wanted("br;q=0.5, gzip;q=0.8"), "gzip br");
  EXPECT_EQ(wanted("gzip;q=0.501, br;q=0.5"), "gzip br");
  EXPECT_EQ(wanted("br; q=0.5 , gzip ;q=1.000"), "gzip br");
  EXPECT_EQ(wanted("*;q=0.1, gzip;q=0.2"), "gzip br");
}

TEST(WantedCodings, LackWhatIsRefused) {
  EXPECT_EQ(wanted("br;q=0, gzip"), "gzip");
  EXPECT_EQ(wanted("gzip;q=0.000"), "");
  EXPECT_EQ(wanted("*;q=0, gzip;q=1"), "gzip");
  EXPECT_EQ(wanted("*, br;q=0"), "gzip");
}

TEST(WantedCodings, LackWhatIsWantedLessThanTheFileAsItIs) {
  EXPECT_EQ(wanted("identity, gzip;q=0.5"), "");
  EXPECT_EQ(wanted("identity;q=0.5, gzip;q=0.5"), "gzip");
  EXPECT_EQ(wanted("identity;q=0, gzip;q=0.1"), "gzip");
}

TEST(WantedCodings, TakeNonsenseForNo) {
  for (const char* field : {"gzip;q=2", "gzip;q=1.5x", "gzip;q=", "gzip;q=-1", ";q=1", ",,,"})
    EXPECT_EQ(wanted(field), "") << field;
  EXPECT_EQ(wanted("gzip;q=abc"), "");
  EXPECT_EQ(wanted("gzip;q=0.1234"), "");
  EXPECT_EQ(wanted(",,gzip,,"), "gzip");
  EXPECT_EQ(wanted("gzip;level=9"), "gzip");
  EXPECT_EQ(wanted("gzip;level=9;q=0"), "");
}

}  // namespace
}  // namespace svc
