#include "core/sdk/content_disposition.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

std::string named(std::string_view name) { return content_disposition("attachment", name); }

TEST(ContentDisposition, QuotesAPlainName) {
  EXPECT_EQ(named("report 1.pdf"), "attachment; filename=\"report 1.pdf\"");
  EXPECT_EQ(content_disposition("inline", "a"), "inline; filename=\"a\"");
}

TEST(ContentDisposition, SaysOtherLettersTwice) {
  EXPECT_EQ(named("Zürich.txt"),
            "attachment; filename=\"Z_rich.txt\"; filename*=UTF-8''Z%C3%BCrich.txt");
  EXPECT_EQ(named("100%.txt"), "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt");
}

TEST(ContentDisposition, NoNameEndsItOrLeavesADirectory) {
  EXPECT_EQ(named("a\"; x=\"b"), "attachment; filename=\"a_; x=_b\"");
  EXPECT_EQ(named("a\r\nSet-Cookie: b"), "attachment; filename=\"a__Set-Cookie: b\"");
  EXPECT_EQ(named("../../etc\\passwd"), "attachment; filename=\".._.._etc_passwd\"");
  EXPECT_EQ(named("a\xff\xc2\x85z"), "attachment; filename=\"a__z\"");
}

}  // namespace
}  // namespace svc
