// Any system call of the start may fail: then there is a server that serves, or one clear error and
// nothing left behind; never a crash of the master, never a hang, never half of it.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

// What a start with the n-th call failing came to.
struct Start {
  bool ready = false;
  bool fault_happened = false;
};

Start start_with_fault(int nth) {
  Svcd svcd(chaos_service("one", 1, "boot_timeout = \"5s\"\n"));
  svcd.use_program("svcd_faulty");
  ProcessOptions options;
  options.environment = {fmt::format("SVC_FAULT={}", nth),
                         "SVC_FAULT_COUNT=" + svcd.dir().file("count")};
  Start start;
  start.ready = svcd.start(options);
  if (start.ready) {
    // The fault may have hit a worker, or something that can be done without.
    EXPECT_TRUE(eventually([&] {
      const auto answer = fetch(svcd.address("one"), "/pid");
      return answer && answer->status == 200;
    })) << "fault "
        << nth << ": " << svcd.log();
    svcd.process().signal(SIGTERM);
  }
  const int code = svcd.process().exit_code();
  EXPECT_GE(code, 0) << "fault " << nth << " killed the master: " << svcd.log();
  if (!start.ready) {
    const std::string said = svcd.ready_text() + read_file(svcd.dir().file("output")) + svcd.log();
    EXPECT_NE(code, 0) << "fault " << nth;
    EXPECT_FALSE(said.empty()) << "fault " << nth << ": ended without a word";
    std::error_code none;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(svcd.dir().file("run"), none))
      EXPECT_TRUE(entry.is_directory() || said.find(entry.path().string()) != said.npos)
          << "fault " << nth << " left " << entry.path() << " without a word";
  }
  // The number of calls that the master came to: fewer than `nth` means that nothing failed.
  const std::string calls = read_file(svcd.dir().file("count"));
  start.fault_happened = !calls.empty() && std::stoi(calls) >= nth;
  return start;
}

// A fault is injected once, whichever process makes the n-th call; the sweep ends when so many
// calls are never reached before the server is ready.
TEST(Faults, EachSystemCallOfTheStartMayFail) {
  constexpr int kCallsMax = 600;
  int failed_starts = 0;
  int nth = 1;
  for (; nth <= kCallsMax; ++nth) {
    const Start start = start_with_fault(nth);
    if (!start.fault_happened) break;
    if (!start.ready) ++failed_starts;
    if (HasFailure()) break;
  }
  EXPECT_GT(failed_starts, 10) << "hardly any call mattered: is the door in use?";
}

}  // namespace
}  // namespace svc::testing
