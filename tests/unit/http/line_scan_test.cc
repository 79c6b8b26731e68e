#include "core/http/line_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

using ScanKind = LineScan::Kind;

TEST(LineScan, FindsTheEndWhereverItLies) {
  for (size_t length = 0; length < 40; ++length) {
    const std::string line = std::string(length, 'a') + "\r\nmore";
    const LineScan scan = find_line_end(line, 0);
    EXPECT_EQ(scan.kind, ScanKind::complete);
    EXPECT_EQ(scan.at, length);
  }
}

TEST(LineScan, WaitsForTheLineFeedOfACarriageReturn) {
  EXPECT_EQ(find_line_end("abc", 0).kind, ScanKind::partial);
  EXPECT_EQ(find_line_end("abc", 0).at, 3u);
  EXPECT_EQ(find_line_end("abc\r", 0).kind, ScanKind::partial);
  EXPECT_EQ(find_line_end("abc\r", 0).at, 3u);  // Looked at again with what comes next.
  EXPECT_EQ(find_line_end("", 0).kind, ScanKind::partial);
}

// All bytes at all places of a word: eight bytes are looked at together.
TEST(LineScan, StopsAtEachControlCharacterButTab) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t place = 0; place < 20; ++place) {
      std::string line(20, '\xff');
      line[place] = static_cast<char>(byte);
      line += "\r\n";
      const LineScan scan = find_line_end(line, 0);
      ScanKind kind =
          (byte < 0x20 && byte != '\t') || byte == 0x7f ? ScanKind::control : ScanKind::complete;
      if (byte == '\n') kind = ScanKind::bare_lf;
      if (byte == '\r') kind = ScanKind::bare_cr;
      ASSERT_EQ(scan.kind, kind) << byte << " at " << place;
      ASSERT_EQ(scan.at, kind == ScanKind::complete ? 20 : place) << byte;
    }
  }
}

TEST(LineScan, BeginsWhereItIsTold) {
  EXPECT_EQ(find_line_end("a\nb\r\n", 2).kind, ScanKind::complete);
  EXPECT_EQ(find_line_end("a\nb\r\n", 1).kind, ScanKind::bare_lf);
}

TEST(LineScan, HasASentenceForEachFault) {
  EXPECT_NE(line_fault(ScanKind::bare_cr), line_fault(ScanKind::bare_lf));
  EXPECT_NE(line_fault(ScanKind::control), line_fault(ScanKind::bare_lf));
  EXPECT_DEATH(line_fault(ScanKind::complete), "check failed");
}

}  // namespace
}  // namespace svc
