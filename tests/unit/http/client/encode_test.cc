#include "core/http/client/encode.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

Origin some_origin() { return parse_client_url("http://prices:8080").value().origin; }

std::string encoded(const ClientRequest& request) {
  std::string out;
  const auto framing = encode_request(some_origin(), request, out);
  return framing ? out : "refused: " + framing.error();
}

class NumberedSource final : public ClientBodySource {
 public:
  explicit NumberedSource(std::optional<uint64_t> length) : length_(length) {}
  Result<size_t> read(std::span<char>) override { return size_t{0}; }
  std::optional<uint64_t> length() const override { return length_; }

 private:
  std::optional<uint64_t> length_;
};

TEST(EncodeRequest, FieldsStandAsGivenBehindTheHost) {
  ClientRequest request;
  request.target = "/a?b";
  request.fields = {{"X-A", "1"}, {"x-b", ""}};
  EXPECT_EQ(encoded(request),
            "GET /a?b HTTP/1.1\r\nHost: prices:8080\r\nX-A: 1\r\nx-b: \r\n"
            "Accept-Encoding: gzip, deflate\r\n\r\n");
  request.authority = "other";
  request.fields = {{"accept-encoding", "br"}};
  EXPECT_EQ(encoded(request), "GET /a?b HTTP/1.1\r\nHost: other\r\naccept-encoding: br\r\n\r\n");
}

TEST(EncodeRequest, TheBodyDecidesAboutTheFraming) {
  ClientRequest request;
  request.decode = false;
  request.method = "POST";
  EXPECT_EQ(encoded(request), "POST / HTTP/1.1\r\nHost: prices:8080\r\nContent-Length: 0\r\n\r\n");
  request.body = "12345";
  EXPECT_EQ(encoded(request), "POST / HTTP/1.1\r\nHost: prices:8080\r\nContent-Length: 5\r\n\r\n");
  request.body.clear();
  NumberedSource chunks(std::nullopt);
  request.source = &chunks;
  EXPECT_EQ(encoded(request),
            "POST / HTTP/1.1\r\nHost: prices:8080\r\nTransfer-Encoding: chunked\r\n\r\n");
  NumberedSource seven(7);
  request.source = &seven;
  EXPECT_EQ(encoded(request), "POST / HTTP/1.1\r\nHost: prices:8080\r\nContent-Length: 7\r\n\r\n");
}

TEST(EncodeRequest, NothingThatWouldSplitItIsSent) {
  const auto refused = [](auto change) {
    ClientRequest request;
    change(request);
    const std::string out = encoded(request);
    EXPECT_TRUE(out.starts_with("refused: ")) << out;
    EXPECT_EQ(out.find_first_of("\r\n"), out.npos) << out;
  };
  for (const char* method : {"", "GE T", "GET\r\n", "G\xc3\xa9T", "CONNECT"}) {
    refused([=](ClientRequest& r) { r.method = method; });
  }
  for (const char* target : {"", "x", "*", "http://a/", "/a b", "/a\r\nX: y", "/a\n", "/\t", "/a#b",
                             "/\xc3\xa9", "/\x7f"}) {
    refused([=](ClientRequest& r) { r.target = target; });
  }
  for (const char* host : {"a b", "a\r\nX: y", "a/b", "u@a"}) {
    refused([=](ClientRequest& r) { r.authority = host; });
  }
  for (const char* name : {"", "X Y", "X:", "X\r\nY", "X\xc3\xa9"}) {
    refused([=](ClientRequest& r) { r.fields.add(name, "v"); });
  }
  using namespace std::string_view_literals;
  for (const std::string_view value : {"a\r\nX: y"sv, "a\nb"sv, "a\rb"sv, "a\0b"sv, "\x01"sv}) {
    refused([=](ClientRequest& r) { r.fields.add("X", value); });
  }
  for (const char* ours : {"Host", "content-length", "Transfer-Encoding", "Connection", "TE",
                           "Upgrade", "Expect", "Trailer", "Keep-Alive"}) {
    refused([=](ClientRequest& r) { r.fields.add(ours, "1"); });
  }
}

TEST(EncodeRequest, AsteriskIsForOptions) {
  ClientRequest request;
  request.method = "OPTIONS";
  request.target = "*";
  EXPECT_TRUE(encoded(request).starts_with("OPTIONS * HTTP/1.1\r\n"));
}

TEST(ClientFieldsTest, NamesKnowNoCaseAndOrderIsKept) {
  ClientFields fields = {{"A", "1"}, {"b", "2"}, {"a", "3, Close"}};
  EXPECT_EQ(fields.get("a"), "1");
  EXPECT_EQ(fields.count("A"), 2u);
  EXPECT_TRUE(fields.has_token("A", "close"));
  fields.set("B", std::string(*fields.get("b")) + "x");
  EXPECT_EQ(fields.get("b"), "2x");
  EXPECT_EQ(fields.remove("A"), 2u);
  EXPECT_EQ(fields.size(), 1u);
  EXPECT_EQ(fields[0].name, "B");
}

}  // namespace
}  // namespace svc
