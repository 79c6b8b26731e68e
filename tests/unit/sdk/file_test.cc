#include "core/sdk/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/sdk/app.h"
#include "core/sdk/testing/client.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

class Files : public ::testing::Test {
 protected:
  std::string write(std::string_view name, std::string_view content) {
    const std::string path = dir_.file(name);
    EXPECT_TRUE(write_file(path, content));
    return path;
  }

  testing::TempDir dir_;
  std::string path_ = write("numbers.txt", "0123456789");
  Client client_{[this](App& app) {
    app.get("/f", [this] { return File(path_).header("Cache-Control", "max-age=60"); });
    app.get("/below/{name...}",
            [this](std::string name) { return File::below(dir_.path(), std::move(name)); });
    app.get("/own", [this] { return File(path_).etag("mine").type("text/x-own"); });
    app.get("/gzip", [this] { return File(path_).encoded("gzip"); });
    app.get("/named", [this] { return File(path_).download("a\"b\r\nc.txt"); });
    app.get("/open", [this] { return File(Fd(::open(path_.c_str(), O_RDONLY)), "x.json"); });
    app.get("/gone", [this] { return File(dir_.file("nothing")); });
    app.get("/dir", [this] { return File(dir_.path()); });
    app.get("/fifo", [this] { return File(dir_.file("fifo")); });
    app.get("/nul", [this] { return File(path_ + std::string(1, '\0') + ".png"); });
    app.get("/maybe/{n}", [this](int n) {
      return n == 0 ? std::optional<File>() : std::optional<File>(File(path_));
    });
    app.post("/post", [this] { return File(path_); });
  }};
};

TEST_F(Files, AreSentWithTypeAndValidators) {
  const Answer answer = client_.get("/f");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "0123456789");
  EXPECT_EQ(answer.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(answer.header("Accept-Ranges"), "bytes");
  EXPECT_EQ(answer.header("Cache-Control"), "max-age=60");
  EXPECT_TRUE(answer.header("ETag")->starts_with("\""));
  EXPECT_TRUE(answer.header("Last-Modified")->ends_with(" GMT"));
  EXPECT_EQ(client_.get("/open").header("Content-Type"), "application/json");
  EXPECT_EQ(client_.get("/own").header("Content-Type"), "text/x-own");
  EXPECT_EQ(client_.get("/own").header("ETag"), "\"mine\"");
  const Answer compressed = client_.get("/gzip");
  EXPECT_EQ(compressed.header("Content-Encoding"), "gzip");
  EXPECT_EQ(*compressed.header("ETag"),
            answer.header("ETag")->substr(0, answer.header("ETag")->size() - 1) + "-gzip\"");
}

TEST_F(Files, AnswerHeadWithTheLengthOnly) {
  const Answer answer = client_.send("HEAD", "/f", {}, {{"Range", "bytes=0-1"}});
  EXPECT_EQ(answer.status, 200);  // RFC 9110 14.2: ranges are for GET.
  EXPECT_EQ(answer.length, 10u);
  EXPECT_EQ(answer.body, "");
}

TEST_F(Files, AreNotSentAgain) {
  const std::string etag = *client_.get("/f").header("ETag");
  const std::string date = *client_.get("/f").header("Last-Modified");
  for (const testing::Headers& fields :
       {testing::Headers{{"If-None-Match", etag}}, testing::Headers{{"If-Modified-Since", date}},
        testing::Headers{{"If-None-Match", etag}, {"Range", "bytes=0-1"}}}) {
    const Answer answer = client_.get("/f", fields);
    EXPECT_EQ(answer.status, 304);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.header("ETag"), etag);
    EXPECT_EQ(answer.header("Cache-Control"), "max-age=60");
    EXPECT_FALSE(answer.header("Content-Type"));
  }
  write("numbers.txt", "changed!");
  EXPECT_EQ(client_.get("/f", {{"If-None-Match", etag}}).status, 200);
  EXPECT_EQ(client_.get("/f", {{"If-Match", etag}}).status, 412);
  EXPECT_EQ(client_.send("POST", "/post", {}, {{"If-Match", etag}}).status, 200);
}

TEST_F(Files, AreSentInPart) {
  const Answer one = client_.get("/f", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(one.status, 206);
  EXPECT_EQ(one.body, "234");
  EXPECT_EQ(one.header("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(one.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(client_.get("/f", {{"Range", "bytes=-3"}}).body, "789");
  EXPECT_EQ(client_.get("/f", {{"Range", "bytes=7-"}}).body, "789");
  EXPECT_EQ(client_.get("/f", {{"Range", "lines=1"}}).status, 200);
  EXPECT_EQ(client_.get("/f", {{"Range", "bytes=0-1"}, {"Range", "bytes=3-4"}}).status, 200);

  const Answer outside = client_.get("/f", {{"Range", "bytes=10-"}});
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.header("Content-Range"), "bytes */10");
}

TEST_F(Files, AreSentInSeveralParts) {
  const Answer answer = client_.get("/f", {{"Range", "bytes=0-1,-2"}});
  EXPECT_EQ(answer.status, 206);
  EXPECT_FALSE(answer.header("Content-Range"));
  const std::string type = *answer.header("Content-Type");
  constexpr std::string_view kMultipart = "multipart/byteranges; boundary=";
  ASSERT_TRUE(type.starts_with(kMultipart));
  const std::string boundary = type.substr(kMultipart.size());
  const std::string fields = "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ";
  EXPECT_EQ(answer.body, "--" + boundary + fields + "0-1/10\r\n\r\n01\r\n--" + boundary + fields +
                             "8-9/10\r\n\r\n89\r\n--" + boundary + "--\r\n");
}

TEST_F(Files, AreSentInPartOnlyIfTheyAreWhatTheClientHas) {
  const std::string etag = *client_.get("/f").header("ETag");
  EXPECT_EQ(client_.get("/f", {{"Range", "bytes=2-"}, {"If-Range", etag}}).status, 206);
  EXPECT_EQ(client_.get("/f", {{"Range", "bytes=2-"}, {"If-Range", "\"other\""}}).status, 200);
  EXPECT_EQ(client_.get("/f", {{"Range", "bytes=99-"}, {"If-Range", "\"other\""}}).status, 200);
}

TEST_F(Files, ThatAreNoneAreNotFound) {
  ASSERT_EQ(::mkfifo(dir_.file("fifo").c_str(), 0600), 0);
  for (const char* const path : {"/gone", "/dir", "/fifo", "/nul", "/maybe/0", "/below/none"}) {
    EXPECT_EQ(client_.get(path).status, 404) << path;
  }
  EXPECT_EQ(client_.get("/maybe/1").body, "0123456789");
}

TEST_F(Files, BelowADirectoryStayThere) {
  ASSERT_EQ(::mkdir(dir_.file("in").c_str(), 0700), 0);
  write("in/a.css", "a{}");
  ASSERT_EQ(::symlink("a.css", dir_.file("in/inside").c_str()), 0);
  ASSERT_EQ(::symlink("/etc/passwd", dir_.file("outside").c_str()), 0);
  ASSERT_EQ(::symlink("../../../etc", dir_.file("up").c_str()), 0);
  EXPECT_EQ(client_.get("/below/in/a.css").header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(client_.get("/below/in/inside").body, "a{}");
  EXPECT_EQ(client_.get("/below/in/../numbers.txt").body, "0123456789");
  for (const char* const path :
       {"/below/outside", "/below/up/passwd", "/below/../../../etc/passwd", "/below//etc/passwd",
        "/below/%2e%2e/%2e%2e/etc/passwd", "/below/%2Fetc%2Fpasswd", "/below/a%00", "/below/"}) {
    EXPECT_EQ(client_.get(path).status, 404) << path;
  }
}

TEST_F(Files, AreSavedUnderAHarmlessName) {
  EXPECT_EQ(client_.get("/named").header("Content-Disposition"),
            "attachment; filename=\"a_b__c.txt\"");
}

}  // namespace
}  // namespace svc
