// Files as answers, from outside: parts of them, slow and leaving clients, files that change.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/http_client.h"
#include "tests/support/proc.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

std::string numbered(size_t size) {
  std::string text;
  while (text.size() < size) text += fmt::format("{:015}\n", text.size());
  text.resize(size);
  return text;
}

class FileResults : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_.write("data", data_);
    ASSERT_TRUE(svcd_.start()) << svcd_.ready_text();
    address_ = svcd_.address("binding");
  }
  Answer get(std::string_view headers = {}, std::string_view method = "GET") {
    return fetch(address_, method, "/files/data", headers, {}).value_or(Answer{});
  }
  std::string part(size_t from, size_t size) const { return data_.substr(from, size); }

  TempDir dir_;
  std::string data_ = numbered(12'345'678);
  Svcd svcd_{
      fmt::format("[service.binding]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\n"
                  "workers = 1\n[service.binding.http]\nrequest_timeout = \"1s\"\n"
                  "[service.binding.options]\ndirectory = \"{}\"\n",
                  module_path("binding"), dir_.path())};
  std::string address_;
};

TEST_F(FileResults, ComeWholeAndInParts) {
  const Answer whole = get();
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.complete);
  EXPECT_TRUE(whole.body == data_);
  EXPECT_FALSE(whole.chunked);

  const Answer middle = get("Range: bytes=5000000-5999999\r\n");
  EXPECT_EQ(middle.status, 206);
  EXPECT_TRUE(middle.body == part(5'000'000, 1'000'000));
  EXPECT_EQ(middle.header("Content-Range"), "bytes 5000000-5999999/12345678");
  // As `curl -C -` does with what a broken download has left.
  const Answer rest = get("Range: bytes=12345000-\r\nIf-Range: " + whole.header("ETag") + "\r\n");
  EXPECT_EQ(rest.status, 206);
  EXPECT_EQ(rest.body, part(12'345'000, 678));
  const Answer two = get("Range: bytes=0-15,-16\r\n");
  EXPECT_EQ(two.status, 206);
  EXPECT_NE(two.body.find("\r\n\r\n000000000000000\n\r\n--"), std::string::npos) << two.body;

  EXPECT_EQ(get("If-None-Match: " + whole.header("ETag") + "\r\n").status, 304);
  EXPECT_EQ(get("Range: bytes=99999999-\r\n").status, 416);
  HttpClient client(address_);
  ASSERT_TRUE(client.send("HEAD /files/data HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto head = client.read_answer(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("Content-Length"), "12345678");
  EXPECT_EQ(client.get("/files/data", "Range: bytes=0-3\r\n")->body, "0000");
}

TEST_F(FileResults, OutliveTheDeadlineOfTheirRequest) {
  HttpClient client(address_);
  ASSERT_TRUE(client.send("GET /files/data HTTP/1.1\r\nHost: x\r\n\r\n"));
  // The deadline of a later request has come; so has this one's, which is as long.
  EXPECT_EQ(fetch(address_, "/late").value_or(Answer{}).status, 503);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->complete);
  EXPECT_TRUE(answer->body == data_);
}

TEST_F(FileResults, AreCutWhenTheFileBecomesShorter) {
  HttpClient client(address_);
  ASSERT_TRUE(client.send("GET /files/data HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(eventually([&] { return svcd_.workers("binding").size() == 1; }));
  ASSERT_EQ(::truncate(dir_.file("data").c_str(), 1000), 0);
  const auto answer = client.read_answer();
  EXPECT_TRUE(!answer || !answer->complete);
  EXPECT_TRUE(svcd_.log_has("a file has become shorter"));
  EXPECT_EQ(get().body, part(0, 1000));
}

TEST_F(FileResults, LeaveNoDescriptorsBehindClientsThatLeave) {
  ASSERT_EQ(get().status, 200);
  const pid_t worker = svcd_.workers("binding").at(0);
  const size_t before = descriptors_of(worker);
  for (int i = 0; i < 50; ++i) {
    HttpClient client(address_);
    ASSERT_TRUE(client.send("GET /files/data HTTP/1.1\r\nHost: x\r\n\r\n"));
    if (i % 2 == 0) client.reset();
  }
  EXPECT_TRUE(eventually([&] { return descriptors_of(worker) <= before; }));
  EXPECT_EQ(svcd_.workers("binding").at(0), worker);
}

TEST_F(FileResults, AreNothingOutsideOfTheirDirectory) {
  ASSERT_EQ(::symlink("/etc/passwd", dir_.file("link").c_str()), 0);
  for (const char* const path :
       {"/files/link", "/files/../../etc/passwd", "/files/%2e%2e/etc/passwd",
        "/files/..%2f..%2fetc/passwd", "/files/%2Fetc%2Fpasswd", "/files/."}) {
    EXPECT_EQ(fetch(address_, path).value_or(Answer{}).status, 404) << path;
  }
}

}  // namespace
}  // namespace svc::testing
