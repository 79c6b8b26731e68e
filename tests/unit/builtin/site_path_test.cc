#include "core/builtin/site_path.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

std::string path_of(std::string_view encoded, DotFiles dot_files = DotFiles::refuse) {
  const auto path = site_path(encoded, dot_files);
  if (!path) return "nothing";
  return path->relative + (path->as_folder ? " as a folder" : "");
}

TEST(SitePath, IsDecodedNameByName) {
  EXPECT_EQ(path_of(""), " as a folder");
  EXPECT_EQ(path_of("a.css"), "a.css");
  EXPECT_EQ(path_of("a%20b/%C3%B1.txt"), "a b/ñ.txt");
  EXPECT_EQ(path_of("docs/"), "docs as a folder");
  EXPECT_EQ(path_of("a..b/c...d"), "a..b/c...d");
}

TEST(SitePath, NeverLeadsOut) {
  for (const char* encoded :
       {"..",     "../a",       "a/../b", "a/..",        "%2e%2e/a", "a/%2E./b",
        ".%2e",   ".",          "a/./b",  "%2e",         "..%2fa",   "a%2f..%2f..%2fb",
        "..%5ca", "a%5c..%5cb", "a\\b",   "/etc/passwd", "a//b",     "a//",
        "%00",    "a%00.html",  "a/%00"})
    EXPECT_EQ(path_of(encoded), "nothing") << encoded;
}

TEST(SitePath, HidesDotFilesUnlessTold) {
  for (const char* encoded :
       {".git/config", "a/.env", ".htpasswd", "%2egit/config", "...", "a/.b/c"})
    EXPECT_EQ(path_of(encoded), "nothing") << encoded;
  EXPECT_EQ(path_of("a/.env", DotFiles::serve), "a/.env");
  EXPECT_EQ(path_of("..", DotFiles::serve), "nothing");
  EXPECT_EQ(path_of(".well-known/security.txt"), "nothing");
  EXPECT_EQ(path_of(".well-known/security.txt", DotFiles::well_known), ".well-known/security.txt");
  EXPECT_EQ(path_of("a/.well-known/x", DotFiles::well_known), "nothing");
  EXPECT_EQ(path_of(".well-known/.x", DotFiles::well_known), "nothing");
}

TEST(SitePath, IsNoLongerThanTheSystemAllows) {
  EXPECT_EQ(path_of(std::string(255, 'a')), std::string(255, 'a'));
  EXPECT_EQ(path_of(std::string(256, 'a')), "nothing");
  std::string deep;
  for (int i = 0; i < 2100; ++i) deep += "a/";
  EXPECT_EQ(path_of(deep + "b"), "nothing");
}

}  // namespace
}  // namespace svc
