#include "core/http/head_rules.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace svc {
namespace {

class HeadRules : public ::testing::Test {
 protected:
  int judge(std::vector<HeaderField> fields, int version_minor = 1) {
    head_ = {};
    head_.version_minor = version_minor;
    fields_ = std::move(fields);
    if (host_) fields_.push_back({"Host", "a"});
    head_.headers = fields_;
    return judge_fields(head_).status;
  }

  bool host_ = true;  // Adds a good one, so that a test shows only what it is about.
  RequestHead head_;
  std::vector<HeaderField> fields_;
};

TEST_F(HeadRules, OneHostNoMoreNoLessOn11) {
  EXPECT_EQ(judge({{"HOST", "b"}}), 400);
  host_ = false;
  EXPECT_EQ(judge({}), 400);
  EXPECT_EQ(judge({}, 0), 0);
  EXPECT_EQ(judge({{"host", "b:1"}}), 0);
  EXPECT_EQ(head_.authority, "b:1");
  EXPECT_EQ(judge({{"host", "b c"}}, 0), 400);
  EXPECT_EQ(judge({{"host", ""}}), 0);
}

// A bit for each size of names, modulo 64, says what isn't there.
TEST_F(HeadRules, FieldsAreFoundAfterItHoweverLongTheirNames) {
  for (size_t size = 1; size <= 130; ++size) {
    const std::string name(size, 'n'), other(size, 'o'), longer(size + 1, 'n'),
        same_bit(size + 64, 'n');
    ASSERT_EQ(judge({{name, "there"}}), 0);
    EXPECT_EQ(head_.header(name), "there") << size;
    for (const std::string& absent : {other, longer, same_bit})
      EXPECT_EQ(head_.header(absent), std::nullopt) << size;
    EXPECT_EQ(head_.header("host"), "a");
  }
}

TEST_F(HeadRules, TheTargetsAuthorityComesBeforeHost) {
  RequestHead head;
  head.authority = "target";
  const HeaderField host[] = {{"Host", "field"}};
  head.headers = host;
  EXPECT_FALSE(judge_fields(head));
  EXPECT_EQ(head.authority, "target");
}

TEST_F(HeadRules, ALengthFramesTheBody) {
  EXPECT_EQ(judge({{"Content-Length", "9223372036854775807"}}), 0);
  EXPECT_EQ(head_.framing, BodyFraming::length);
  EXPECT_EQ(head_.content_length, 9223372036854775807u);
  EXPECT_EQ(judge({}), 0);
  EXPECT_EQ(head_.framing, BodyFraming::none);
  for (const auto* bad : {"", "-1", "+1", "1 1", "1,1", "0x1", "9223372036854775808", "1a"}) {
    EXPECT_EQ(judge({{"Content-Length", bad}}), 400) << bad;
  }
  EXPECT_EQ(judge({{"Content-Length", "1"}, {"Content-Length", "1"}}), 400);
}

TEST_F(HeadRules, ChunkedFramesTheBodyAloneAndLast) {
  EXPECT_EQ(judge({{"transfer-encoding", "Chunked"}}), 0);
  EXPECT_EQ(head_.framing, BodyFraming::chunked);
  EXPECT_EQ(judge({{"Transfer-Encoding", "chunked"}}, 0), 400);
  EXPECT_EQ(judge({{"Transfer-Encoding", "chunked"}, {"Content-Length", "1"}}), 400);
  EXPECT_EQ(judge({{"Transfer-Encoding", "gzip, chunked"}}), 501);
  EXPECT_EQ(judge({{"Transfer-Encoding", "gzip"}, {"Transfer-Encoding", "chunked"}}), 501);
  for (const auto* bad : {"", ",", "chunked,", ",chunked", "gzip", "chunked, gzip",
                          "chunked, chunked", "chunked;a", "\"chunked\"", "chunked x"}) {
    EXPECT_EQ(judge({{"Transfer-Encoding", bad}}), 400) << bad;
  }
}

TEST_F(HeadRules, PersistenceFollowsVersionAndConnection) {
  const struct {
    const char* connection;
    int version_minor;
    bool keep_alive;
  } kRows[] = {{"x", 1, true},          {"close", 1, false},
               {"keep-alive", 1, true}, {"x, CLOSE", 1, false},
               {"x", 0, false},         {"keep-alive", 0, true},
               {"Keep-Alive", 0, true}, {"keep-alive, close", 0, false},
               {"closed", 1, true},     {"", 1, true},
               {",,close", 1, false}};
  for (const auto& row : kRows) {
    EXPECT_EQ(judge({{"Connection", row.connection}}, row.version_minor), 0);
    EXPECT_EQ(head_.keep_alive, row.keep_alive) << row.connection << ' ' << row.version_minor;
  }
}

TEST_F(HeadRules, AnExpectationIsMetOrRefused) {
  EXPECT_EQ(judge({{"Expect", "100-Continue"}, {"Content-Length", "1"}}), 0);
  EXPECT_TRUE(head_.expect_continue);
  EXPECT_EQ(judge({{"Expect", "100-continue"}}), 0);
  EXPECT_FALSE(head_.expect_continue);  // No body is announced: nobody waits.
  EXPECT_EQ(judge({{"Expect", "100-continue"}, {"Content-Length", "1"}}, 0), 0);
  EXPECT_FALSE(head_.expect_continue);
  EXPECT_EQ(judge({{"Expect", "x"}}), 417);
  EXPECT_EQ(judge({{"Expect", "100-continue"}, {"Expect", "x"}}), 417);
  EXPECT_EQ(judge({{"Expect", "x"}}, 0), 0);
}

}  // namespace
}  // namespace svc
