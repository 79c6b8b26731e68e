#include "core/builtin/static_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/sdk/testing/client.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;
using ::testing::HasSubstr;

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest() {
    ::mkdir(dir_.file("docs").c_str(), 0755);
    ::mkdir(dir_.file("empty").c_str(), 0755);
    dir_.write("index.html", "<p>home");
    dir_.write("docs/index.html", "<p>docs");
    dir_.write("site.css", "body{}");
    dir_.write(".secret", "secret");
    set("root", dir_.path());
  }

  void set(std::string key, OptionRow::Value value) {
    std::erase_if(options_, [&](const OptionRow& row) { return row.key == key; });
    options_.push_back({std::move(key), std::move(value), dir_.path() + "/site.toml:7:8"});
  }
  Answer get(std::string_view target, const testing::Headers& headers = {}) {
    if (!client_) client_ = std::make_unique<Client>(static_routes, options_);
    return client_->get(target, headers);
  }
  std::string boot_error() {
    try {
      Client client(static_routes, options_);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }

  testing::TempDir dir_;
  std::vector<OptionRow> options_;
  std::unique_ptr<Client> client_;
};

TEST_F(StaticFilesTest, SendsFilesWithTheirTypes) {
  const Answer answer = get("/site.css");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "body{}");
  EXPECT_EQ(answer.header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(answer.header("ETag"));
  EXPECT_TRUE(answer.header("Last-Modified"));
  EXPECT_FALSE(answer.header("Vary"));
  EXPECT_FALSE(answer.header("Cache-Control"));
  EXPECT_EQ(get("/none.css").status, 404);
}

TEST_F(StaticFilesTest, SendsTheIndexOfAFolder) {
  EXPECT_EQ(get("/").body, "<p>home");
  EXPECT_EQ(get("/docs/").body, "<p>docs");
  EXPECT_EQ(get("/docs/").header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(get("/empty/").status, 404);
  EXPECT_EQ(get("/site.css/").status, 404);
}

TEST_F(StaticFilesTest, SendsAFolderWithoutItsSlashThere) {
  const Answer answer = get("/docs?a=b");
  EXPECT_EQ(answer.status, 301);
  EXPECT_EQ(answer.header("Location"), "/docs/?a=b");
  EXPECT_EQ(get("//docs").status, 404);  // "Location: //docs/" would lead to a host of that name.
}

TEST_F(StaticFilesTest, HidesWhatIsNotMeantToBeSeen) {
  EXPECT_EQ(get("/.secret").status, 404);
  EXPECT_EQ(get("/%2esecret").status, 404);
  EXPECT_EQ(get("/docs/../site.css").status, 404);
  EXPECT_EQ(get("/%2e%2e/etc/passwd").status, 404);
}

TEST_F(StaticFilesTest, SendsNothingButRegularFiles) {
  ASSERT_EQ(::mkfifo(dir_.file("fifo").c_str(), 0644), 0);
  ASSERT_EQ(::symlink("/dev/zero", dir_.file("zero").c_str()), 0);
  set("symlinks", std::string("anywhere"));
  EXPECT_EQ(get("/fifo").status, 404);
  EXPECT_EQ(get("/zero").status, 404);
}

TEST_F(StaticFilesTest, FollowsLinksByRule) {
  ASSERT_EQ(::symlink("site.css", dir_.file("inside.css").c_str()), 0);
  ASSERT_EQ(::symlink("/etc/hostname", dir_.file("outside").c_str()), 0);
  EXPECT_EQ(get("/inside.css").status, 200);
  EXPECT_EQ(get("/outside").status, 404);
  client_.reset();
  set("symlinks", std::string("never"));
  EXPECT_EQ(get("/inside.css").status, 404);
}

TEST_F(StaticFilesTest, SendsACompressedSiblingToWhoTakesIt) {
  dir_.write("site.css.br", "br");
  dir_.write("site.css.gz", "gz");
  const Answer answer = get("/site.css", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(answer.body, "br");
  EXPECT_EQ(answer.header("Content-Encoding"), "br");
  EXPECT_EQ(answer.header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(answer.header("Vary"), "Accept-Encoding");
  EXPECT_NE(answer.header("ETag"), get("/site.css").header("ETag"));
  EXPECT_EQ(get("/site.css", {{"Accept-Encoding", "br;q=0.1, gzip"}}).body, "gz");
  EXPECT_EQ(get("/site.css").body, "body{}");
  EXPECT_EQ(get("/site.css").header("Vary"), "Accept-Encoding");
  EXPECT_FALSE(get("/site.css").header("Content-Encoding"));
}

// Compressors keep a file's time, and sizes may agree: what is compressed is another thing still
// (RFC 9110 8.8.3.3), or a client would put parts of the two together.
TEST_F(StaticFilesTest, GivesEachCodingATagOfItsOwn) {
  dir_.write("site.css.br", "br....");
  dir_.write("site.css.gz", "gz....");
  const timespec times[2] = {{1'700'000'000, 0}, {1'700'000'000, 0}};
  for (const char* name : {"site.css", "site.css.br", "site.css.gz"}) {
    ASSERT_EQ(::utimensat(AT_FDCWD, dir_.file(name).c_str(), times, 0), 0);
  }
  const std::string plain = get("/site.css").header("ETag").value();
  for (const char* coding : {"br", "gzip"}) {
    SCOPED_TRACE(coding);
    const Answer answer = get("/site.css", {{"Accept-Encoding", coding}});
    EXPECT_EQ(answer.header("Content-Encoding"), coding);
    const std::string tag = answer.header("ETag").value();
    EXPECT_NE(tag, plain);
    EXPECT_NE(tag.find(coding), tag.npos);
    EXPECT_EQ(get("/site.css", {{"If-None-Match", tag}}).status, 200);
    const Answer other = get("/site.css", {{"Accept-Encoding", coding}, {"If-None-Match", plain}});
    EXPECT_EQ(other.status, 200);
    const Answer same = get("/site.css", {{"Accept-Encoding", coding}, {"If-None-Match", tag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(same.header("ETag"), tag);
    // A part of the one is no part of the other.
    EXPECT_EQ(get("/site.css", {{"Range", "bytes=0-1"}, {"If-Range", tag}}).status, 200);
  }
  const Answer same = get("/site.css", {{"If-None-Match", plain}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.header("Vary"), "Accept-Encoding");
}

TEST_F(StaticFilesTest, SendsNoSiblingIfTold) {
  dir_.write("site.css.gz", "gz");
  set("precompressed", false);
  EXPECT_EQ(get("/site.css", {{"Accept-Encoding", "gzip"}}).body, "body{}");
}

// Root may read anything.
class AsNobody {
 public:
  AsNobody() { EXPECT_EQ(::seteuid(before_ == 0 ? 65534 : before_), 0); }
  ~AsNobody() { EXPECT_EQ(::seteuid(before_), 0); }

 private:
  const uid_t before_ = ::geteuid();
};

TEST_F(StaticFilesTest, ASiblingThatNobodyMayReadHidesNothing) {
  dir_.write("site.css.gz", "small");
  ::chmod(dir_.path().c_str(), 0755);
  ::chmod(dir_.file("site.css.gz").c_str(), 0);
  EXPECT_EQ(get("/none").status, 404);  // All is made that root is needed for.
  const AsNobody nobody;
  EXPECT_EQ(get("/site.css.gz").status, 403);
  const Answer answer = get("/site.css", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "body{}");
}

TEST_F(StaticFilesTest, SaysHowLongToKeepIt) {
  set("cache_control", std::string("public, max-age=60"));
  EXPECT_EQ(get("/site.css").header("Cache-Control"), "public, max-age=60");
  EXPECT_EQ(get("/none.css").header("Cache-Control"), std::nullopt);
}

TEST_F(StaticFilesTest, AnswersForAnApplicationsOwnAddresses) {
  set("fallback", std::string("index.html"));
  set("cache_control", std::string("max-age=60"));
  const Answer answer = get("/users/42");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "<p>home");
  EXPECT_EQ(answer.header("Cache-Control"), "no-cache");
  EXPECT_EQ(get("/empty/").body, "<p>home");
  EXPECT_EQ(get("/missing.js").status, 404);
  EXPECT_EQ(get("/.git/config").status, 404);
  EXPECT_EQ(get("/a/../b").status, 404);
}

TEST_F(StaticFilesTest, AnswersConditionsAndRanges) {
  const std::string tag = get("/site.css").header("ETag").value_or("");
  const Answer same = get("/site.css", {{"If-None-Match", tag}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.header("ETag"), tag);
  const std::string time = get("/site.css").header("Last-Modified").value_or("");
  EXPECT_EQ(get("/site.css", {{"If-Modified-Since", time}}).status, 304);
  const Answer part = get("/site.css", {{"Range", "bytes=1-2"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "od");
  EXPECT_EQ(part.header("Content-Range"), "bytes 1-2/6");
  EXPECT_EQ(get("/site.css", {{"Range", "bytes=9-"}}).status, 416);
  EXPECT_EQ(client_->send("HEAD", "/site.css").status, 200);
  EXPECT_EQ(client_->send("POST", "/site.css").status, 405);
}

TEST_F(StaticFilesTest, DoesNotBootWithWhatCanNotBeServed) {
  const std::string place = dir_.path() + "/site.toml:7:8: service.test.options.";
  set("root", dir_.file("none"));
  EXPECT_THAT(boot_error(), HasSubstr(place + "root: no folder to serve: " + dir_.file("none")));
  set("root", dir_.file("site.css"));
  EXPECT_THAT(boot_error(), HasSubstr(place + "root: no folder to serve"));
  set("root", dir_.path());
  set("index", std::string("a/b"));
  EXPECT_THAT(boot_error(), HasSubstr(place + "index: must be a file's name"));
  set("index", std::string(""));
  set("fallback", std::string("none.html"));
  EXPECT_THAT(boot_error(), HasSubstr(place + "fallback: there is no such file"));
  set("fallback", std::string("index.html"));
  set("cache_control", std::string("a\r\nb: c"));
  EXPECT_THAT(boot_error(), HasSubstr(place + "cache_control: "));
  set("cache_control", std::string("no-store"));
  set("symlinks", std::string("sometimes"));
  EXPECT_THAT(boot_error(), HasSubstr("symlinks"));
  set("symlinks", std::string("never"));
  EXPECT_EQ(boot_error(), "");
  set("rot", std::string("typo"));
  EXPECT_THAT(boot_error(), HasSubstr("did you mean 'root'"));
}

TEST_F(StaticFilesTest, LooksForARelativeRootBesideTheFileThatNamesIt) {
  set("root", std::string("docs"));
  EXPECT_EQ(get("/").body, "<p>docs");
}

TEST_F(StaticFilesTest, HasNoIndexIfTold) {
  set("index", std::string(""));
  EXPECT_EQ(get("/").status, 404);
  EXPECT_EQ(get("/docs/index.html").status, 200);
}

TEST_F(StaticFilesTest, AChangeShowsAfterASecond) {
  Client client(static_routes, {.options = options_, .fake_time = true});
  EXPECT_EQ(client.get("/site.css").body, "body{}");
  dir_.write("next.css", "p{color:red}");
  ASSERT_EQ(::rename(dir_.file("next.css").c_str(), dir_.file("site.css").c_str()), 0);
  // Of one state, all of it: the first one's content, size and tag.
  const Answer before = client.get("/site.css");
  EXPECT_EQ(before.body, "body{}");
  client.advance(OpenFiles::kKept);
  const Answer after = client.get("/site.css");
  EXPECT_EQ(after.body, "p{color:red}");
  EXPECT_NE(after.header("ETag"), before.header("ETag"));
  ASSERT_EQ(::unlink(dir_.file("site.css").c_str()), 0);
  EXPECT_EQ(client.get("/site.css").status, 200);
  client.advance(OpenFiles::kKept);
  EXPECT_EQ(client.get("/site.css").status, 404);
}

TEST_F(StaticFilesTest, WhatIsNotThereIsLookedForEachTime) {
  Client client(static_routes, {.options = options_, .fake_time = true});
  EXPECT_EQ(client.get("/late.css").status, 404);
  dir_.write("late.css", "b{}");
  EXPECT_EQ(client.get("/late.css").status, 200);
}

TEST_F(StaticFilesTest, MoreFilesThanAreKeptOpenAreSentToo) {
  Client client(static_routes, {.options = options_, .fake_time = true});
  for (size_t i = 0; i < OpenFiles::kEntriesMax + 3; ++i) {
    const std::string name = "file" + std::to_string(i);
    dir_.write(name, name);
    ASSERT_EQ(client.get("/" + name).body, name);
  }
}

}  // namespace
}  // namespace svc
