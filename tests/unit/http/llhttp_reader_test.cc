#include "core/http/llhttp_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

// What the request line's own judgement would have left for llhttp.
RequestHead line_of(std::string_view bytes) {
  RequestHead head;
  const size_t space = bytes.find(' ');
  head.method_text = bytes.substr(0, space);
  head.method = method_from(head.method_text);
  head.target = bytes.substr(space + 1, bytes.find(' ', space + 1) - space - 1);
  return head;
}

class LlhttpReaderTest : public ::testing::Test {
 protected:
  bool read(std::string_view bytes) {
    reader_.reset();
    head_ = line_of(bytes);
    return reader_.read_head(bytes, head_, 8, fields_);
  }

  LlhttpReader reader_;
  RequestHead head_;
  std::vector<HeaderField> fields_;
};

TEST_F(LlhttpReaderTest, GivesFieldsAsTheyAreOnTheirLines) {
  const std::string_view bytes = "GET / HTTP/1.1\r\nA: 1 \t\r\nB:\r\nC: \t\r\n\r\n";
  ASSERT_TRUE(read(bytes));
  ASSERT_EQ(fields_.size(), 3u);
  EXPECT_EQ(fields_[0].name, "A");
  EXPECT_EQ(fields_[0].value, "1");
  EXPECT_EQ(fields_[1].value, "");
  EXPECT_EQ(fields_[2].value, "");
  for (const HeaderField& field : fields_) {  // Of the caller's bytes, empty or not.
    EXPECT_GE(field.value.data(), bytes.data());
    EXPECT_LE(field.value.data() + field.value.size(), bytes.data() + bytes.size());
  }
}

TEST_F(LlhttpReaderTest, ReadsMethodsAndVersionsThatLlhttpDoesNotKnow) {
  EXPECT_TRUE(read("FOO / HTTP/1.1\r\nA: 1\r\n\r\n"));
  EXPECT_TRUE(read("PRI / HTTP/1.1\r\n\r\n"));
  EXPECT_TRUE(read("SOURCE / HTTP/1.1\r\n\r\n"));
  EXPECT_TRUE(read("GET / HTTP/1.7\r\n\r\n"));
}

// llhttp joins a folded line to the value before it; its reading is not what the lines say.
TEST_F(LlhttpReaderTest, DoesNotTakeLlhttpsWordForAFoldedLine) {
  EXPECT_FALSE(read("GET / HTTP/1.1\r\nA: 1\r\n 2\r\n\r\n"));
}

TEST_F(LlhttpReaderTest, IsReadyForMoreFieldsThanItWasToldOf) {
  const std::string_view bytes = "GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n";
  std::vector<HeaderField> one;
  head_ = line_of(bytes);
  EXPECT_FALSE(reader_.read_head(bytes, head_, 1, one));
}

TEST_F(LlhttpReaderTest, AgreesOnTheFramingThatItFound) {
  ASSERT_TRUE(read("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n"));
  head_.framing = BodyFraming::length;
  head_.content_length = 5;
  EXPECT_TRUE(reader_.agrees_on(head_));
  head_.content_length = 6;
  EXPECT_FALSE(reader_.agrees_on(head_));
  head_.framing = BodyFraming::none;
  EXPECT_FALSE(reader_.agrees_on(head_));
  head_.framing = BodyFraming::chunked;
  EXPECT_FALSE(reader_.agrees_on(head_));

  ASSERT_TRUE(read("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
  head_.framing = BodyFraming::chunked;
  EXPECT_TRUE(reader_.agrees_on(head_));
  head_.framing = BodyFraming::none;
  EXPECT_FALSE(reader_.agrees_on(head_));
}

TEST_F(LlhttpReaderTest, ReadsChunksPartByPart) {
  ASSERT_TRUE(read("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
  uint64_t size = 0;
  ASSERT_TRUE(reader_.read_chunk_size("00A", size));
  EXPECT_EQ(size, 10u);
  EXPECT_TRUE(reader_.read_chunk_data("01234"));
  EXPECT_TRUE(reader_.read_chunk_data("56789"));
  EXPECT_TRUE(reader_.read_chunk_end());
  ASSERT_TRUE(reader_.read_chunk_size("0", size));
  EXPECT_EQ(size, 0u);
  const std::string trailers = "X: 1\r\n\r\n";
  EXPECT_TRUE(reader_.read_trailers(trailers, 1, fields_));
  EXPECT_EQ(fields_.at(0).value, "1");
}

TEST_F(LlhttpReaderTest, NoticesWhenItIsToldOtherThanWhatFollows) {
  ASSERT_TRUE(read("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"));
  uint64_t size = 0;
  ASSERT_TRUE(reader_.read_chunk_size("2", size));
  EXPECT_FALSE(reader_.read_chunk_data("three"));
}

TEST_F(LlhttpReaderTest, NamesItsFaults) {
  EXPECT_FALSE(read("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_NE(reader_.fault().find("Content-Length twice"), std::string_view::npos);
  EXPECT_FALSE(read("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"));
  EXPECT_NE(reader_.fault().find("decimal"), std::string_view::npos);
  EXPECT_FALSE(read("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"));
  EXPECT_NE(reader_.fault().find("transfer coding"), std::string_view::npos);
}

}  // namespace
}  // namespace svc
