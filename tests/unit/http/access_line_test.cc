// The access log's lines, byte by byte.
#include "core/http/access_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace svc {
namespace {

AccessEntry entry() {
  AccessEntry entry;
  entry.time = std::chrono::system_clock::time_point(std::chrono::microseconds(1769860800000123));
  entry.peer = "192.0.2.7";
  entry.method = "GET";
  entry.path = "/a?b=c";
  entry.status = 200;
  entry.bytes = 512;
  entry.took = 1234us + 999ns;
  entry.request_id = "00000000000000a3";
  return entry;
}

std::string text_of(const AccessEntry& entry) {
  std::string line;
  AccessLines(AccessFormat::text, "users", 3, 412).append(line, entry);
  return line;
}

std::string json_of(const AccessEntry& entry) {
  std::string line;
  AccessLines(AccessFormat::json, "users", 3, 412).append(line, entry);
  return line;
}

TEST(AccessLine, AsTextIsTheCombinedFormatAndMore) {
  EXPECT_EQ(text_of(entry()),
            "192.0.2.7 - - [31/Jan/2026:12:00:00 +0000] \"GET /a?b=c HTTP/1.1\" 200 512 \"-\" "
            "\"-\" 0.001234 users/3 412 00000000000000a3 -\n");
  AccessEntry full = entry();
  full.version_minor = 0;
  full.took = 2s;
  full.trace_id = "0af7651916cd43dd8448eb211c80319c";
  full.referer = "http://x/";
  full.user_agent = "curl/8.1";
  EXPECT_EQ(text_of(full),
            "192.0.2.7 - - [31/Jan/2026:12:00:00 +0000] \"GET /a?b=c HTTP/1.0\" 200 512 "
            "\"http://x/\" \"curl/8.1\" 2.000000 users/3 412 00000000000000a3 "
            "0af7651916cd43dd8448eb211c80319c\n");
}

TEST(AccessLine, AsJsonLeavesOutWhatThereIsNot) {
  EXPECT_EQ(json_of(entry()),
            R"({"time":"2026-01-31T12:00:00.000123Z","type":"access","service":"users",)"
            R"("worker":3,"pid":412,"peer":"192.0.2.7","method":"GET","path":"/a?b=c",)"
            R"("version":"1.1","status":200,"bytes":512,"duration_us":1234,)"
            R"("request_id":"00000000000000a3"})"
            "\n");
  AccessEntry refused;
  refused.time = entry().time;
  refused.peer = "unix:";
  refused.complete = false;
  EXPECT_EQ(json_of(refused),
            R"({"time":"2026-01-31T12:00:00.000123Z","type":"access","service":"users",)"
            R"("worker":3,"pid":412,"peer":"unix:","status":499,"bytes":0,"duration_us":0,)"
            R"("complete":false})"
            "\n");
  EXPECT_EQ(text_of(refused),
            "unix: - - [31/Jan/2026:12:00:00 +0000] \"-\" 499 0 \"-\" \"-\" 0.000000 users/3 412 - "
            "-\n");
}

TEST(AccessLine, IsOneLineWhateverIsInIt) {
  AccessEntry hostile = entry();
  hostile.path = "/\"\\\x01\x7f\n\r\t\xff\xc3\xa9";
  hostile.user_agent = "a\"b\x1b[31m";
  const std::string text = text_of(hostile);
  EXPECT_NE(text.find(R"("GET /\x22\x5c\x01\x7f\x0a\x0d\x09\xff\xc3\xa9 HTTP/1.1")"), text.npos)
      << text;
  EXPECT_NE(text.find(R"("a\x22b\x1b[31m")"), text.npos) << text;
  const std::string json = json_of(hostile);
  EXPECT_NE(json.find(R"("path":"/\"\\\u0001)"), json.npos) << json;
  EXPECT_NE(json.find("\xef\xbf\xbd\xc3\xa9\""), json.npos) << json;
  for (const std::string& line : {text, json}) EXPECT_EQ(std::ranges::count(line, '\n'), 1);
}

TEST(AccessLine, HasABound) {
  const std::string long_text(20'000, '\x01');
  AccessEntry huge = entry();
  for (std::string_view* part : {&huge.peer, &huge.method, &huge.path, &huge.referer,
                                 &huge.user_agent, &huge.request_id, &huge.trace_id}) {
    *part = long_text;
  }
  huge.bytes = UINT64_MAX;
  huge.took = Duration::max();
  huge.complete = false;
  const std::string service(300, 'x');
  for (const AccessFormat format : {AccessFormat::text, AccessFormat::json}) {
    std::string line;
    AccessLines(format, service, SIZE_MAX, INT32_MAX).append(line, huge);
    EXPECT_LE(line.size(), kAccessLineMax);
    EXPECT_NE(line.find("..."), line.npos);
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  }
  AccessEntry fits = entry();
  const std::string exactly(kAccessPathMax, 'a');
  fits.path = exactly;
  EXPECT_NE(text_of(fits).find(exactly + " HTTP"), std::string::npos);
}

}  // namespace
}  // namespace svc
