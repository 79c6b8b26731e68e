// Every system call of these helpers fails once, one after the other: each time they must report
// an error that names what they did, and leave no file and no descriptor behind.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "base_support.h"
#include "core/base/fault.h"
#include "core/base/log.h"
#include "core/base/log_target.h"
#include "core/base/mapping.h"
#include "core/base/random.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

namespace fault = sys::fault;

size_t count_entries(const std::string& path) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path),
                                           std::filesystem::directory_iterator()));
}

size_t open_descriptors() { return count_entries("/proc/self/fd"); }

// Runs `work` with its 1st, 2nd, … n-th call failing until one run sees no fault. Calls that are
// allowed to fail unseen are for `work` to tell: it returns the error, or none.
int sweep(const std::function<Result<>()>& work) {
  constexpr int kCallsMax = 100;
  const size_t before = open_descriptors();
  for (int nth = 1; nth < kCallsMax; ++nth) {
    fault::fail_nth(static_cast<uint64_t>(nth));
    const auto result = work();
    const bool happened = fault::happened();
    fault::never();
    EXPECT_EQ(open_descriptors(), before) << "call " << nth;
    if (!happened) {
      EXPECT_TRUE(result) << result.error().text;
      return nth - 1;
    }
    EXPECT_FALSE(result) << "call " << nth << " failed and nobody said so";
    if (result) continue;
    EXPECT_NE(result.error().text.find(": "), std::string::npos) << result.error().text;
  }
  ADD_FAILURE() << "no end";
  return 0;
}

TEST(Sweep, SharedMappingIsMadeOrNot) {
  EXPECT_GE(sweep([]() -> Result<> {
              SVC_TRY(auto mapping, SharedMapping::create("sweep", 4096));
              return {};
            }),
            4);
}

TEST(Sweep, SharedMappingIsAttachedOrNot) {
  const auto mapping = SharedMapping::create("sweep", 4096);
  ASSERT_TRUE(mapping);
  EXPECT_GE(sweep([&]() -> Result<> {
              SVC_TRY(auto twin, SharedMapping::attach(Fd(::dup(mapping->descriptor())), 4096));
              return {};
            }),
            3);
}

TEST(Sweep, FileIsReadOrNot) {
  testing::TempDir dir;
  const std::string path = dir.write("file", "text");
  EXPECT_GE(sweep([&]() -> Result<> {
              SVC_TRY(const auto text, read_file(path, 100));
              return {};
            }),
            4);
}

TEST(Sweep, FileIsReplacedOrStaysAsItWas) {
  testing::TempDir dir;
  const std::string path = dir.write("file", "old");
  thread_random();  // Seeded now: its call is not part of the sweep.
  EXPECT_GE(sweep([&]() -> Result<> {
              const auto written = write_file(path, "new");
              EXPECT_EQ(testing::read_file(path), written ? "new" : "old");
              EXPECT_EQ(count_entries(dir.path()), 1u);
              return written;
            }),
            5);
}

TEST(Sweep, RandomNumbersComeEvenIfTheKernelGivesNone) {
  EXPECT_EQ(in_child([] {
              fault::fail_nth(1, "getrandom");
              const uint64_t first = thread_random()();
              return std::string(fault::happened() && first != thread_random()() ? "numbers" : "");
            }),
            "numbers");
}

// The log has nobody to report to: whatever fails, it goes on, and at most one line is lost.
TEST(Sweep, LogLosesAtMostTheLineWhoseCallFailed) {
  testing::TempDir dir;
  for (int nth = 1; nth < 20; ++nth) {
    const std::string path = dir.file("log" + std::to_string(nth));
    EXPECT_EQ(in_child([&] {
                static_cast<void>(log::open({LogLevel::info, LogFormat::text, path}));
                fault::fail_nth(static_cast<uint64_t>(nth), "write");
                for (int line = 0; line < 10; ++line) log::info("line");
                fault::never();
                return std::to_string(log::dropped());
              }),
              nth <= 10 ? "1" : "0");
    const size_t expected = nth < 10 ? 10 : nth == 10 ? 9 : 10;  // One lost, one that says so.
    EXPECT_EQ(lines_of(testing::read_file(path)).size(), expected) << nth;
  }
}

TEST(Sweep, StandardTargetFindsAnotherWayWhenItCannotBeOpenedAnew) {
  Pipe pipe = make_pipe();
  fault::fail_nth(1, "open", EACCES);  // What a pipe of another user answers.
  auto target = LogTarget::standard(pipe.write.get(), "stderr");
  EXPECT_TRUE(fault::happened());
  fault::never();
  ASSERT_TRUE(target) << target.error().text;
  int written = 0;
  while (target->write("line\n", 0)) ++written;  // Ends: it never blocks this way either.
  EXPECT_GT(written, 1000);
}

}  // namespace
}  // namespace svc
