#include "core/base/fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base_support.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

namespace fault = sys::fault;

class Fault : public ::testing::Test {
 protected:
  void SetUp() override { fault::never(); }
  void TearDown() override { fault::never(); }
};

struct stat ignored;
int look() { return sys::stat("/", &ignored); }

TEST_F(Fault, FailsTheNthCallAndNoOther) {
  fault::fail_nth(3);
  EXPECT_EQ(look(), 0);
  EXPECT_EQ(look(), 0);
  EXPECT_FALSE(fault::happened());
  errno = 0;
  EXPECT_EQ(look(), -1);
  EXPECT_EQ(errno, EACCES);  // stat's usual one.
  EXPECT_TRUE(fault::happened());
  EXPECT_EQ(look(), 0);
}

TEST_F(Fault, CountsOnlyCallsOfTheName) {
  fault::fail_nth(2, "stat");
  EXPECT_EQ(look(), 0);
  EXPECT_EQ(sys::access("/", R_OK), 0);
  EXPECT_EQ(look(), -1);
}

TEST_F(Fault, ReportsTheErrorItIsGiven) {
  fault::fail_nth(1, "stat", ELOOP);
  EXPECT_EQ(look(), -1);
  EXPECT_EQ(errno, ELOOP);
}

TEST_F(Fault, CallsThatReturnPointersFailInTheirWay) {
  fault::fail_nth(1, "mmap");
  EXPECT_EQ(sys::mmap(nullptr, 4096, 0, 0, -1, 0), reinterpret_cast<void*>(-1));
  EXPECT_EQ(errno, ENOMEM);
  fault::fail_nth(1, "realpath");
  EXPECT_EQ(sys::realpath("/", nullptr), nullptr);
}

TEST_F(Fault, AnInterruptionThatIsInjectedIsNotRetriedAway) {
  Pipe pipe = make_pipe();
  fault::fail_nth(1, "write", EINTR);
  EXPECT_EQ(sys::write(pipe.write.get(), "x", 1), -1);
  EXPECT_EQ(errno, EINTR);
}

TEST_F(Fault, CountsEveryCallThroughTheDoor) {
  look();
  look();
  EXPECT_EQ(fault::calls(), 2u);
  fault::never();
  EXPECT_EQ(fault::calls(), 0u);
}

TEST_F(Fault, OfManyThreadsExactlyOneSeesIt) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 1000;
  fault::fail_nth(1234, "stat");
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&] {
      struct stat facts;
      for (int call = 0; call < kCalls; ++call) failed += sys::stat("/", &facts) < 0 ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(fault::calls(), uint64_t{kThreads * kCalls});
}

TEST_F(Fault, AChildGoesOnCountingFromItsParentsNumber) {
  fault::fail_nth(3, "stat");
  look();
  EXPECT_EQ(in_child([] {
              const int second = look();
              const int third = look();
              return std::to_string(second) + std::to_string(third);
            }),
            "0-1");
}

// Starts this test program anew with `variables`; it runs only the test named Environment.Probe.
std::string probe(const std::vector<std::string>& variables) {
  Pipe pipe = make_pipe();
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<char*> environment;
    for (const std::string& variable : variables)
      environment.push_back(const_cast<char*>(variable.c_str()));
    environment.push_back(nullptr);
    char name[] = "probe";
    char filter[] = "--gtest_filter=Environment.Probe";
    char* arguments[] = {name, filter, nullptr};
    ::dup2(pipe.write.get(), STDOUT_FILENO);
    ::dup2(pipe.write.get(), STDERR_FILENO);
    ::execve("/proc/self/exe", arguments, environment.data());
    ::_exit(127);
  }
  pipe.write.reset();
  std::string said;
  char buffer[4096];
  ssize_t got;
  while ((got = ::read(pipe.read.get(), buffer, sizeof buffer)) > 0)
    said.append(buffer, static_cast<size_t>(got));
  int status = 0;
  ::waitpid(child, &status, 0);
  return said + (status == 0 ? "" : " died");
}

// What the other tests of Environment start; prints which of five calls failed.
TEST(Environment, Probe) {
  std::string pattern;
  for (int call = 0; call < 5; ++call) {
    errno = 0;
    pattern += look() < 0 ? "E" + std::to_string(errno) : ".";
  }
  std::printf("pattern %s\n", pattern.c_str());
  std::fflush(stdout);
  if (std::getenv("SVC_PROBE_ENDS") != nullptr) ::_exit(0);  // No exit handlers, as workers do.
}

TEST(Environment, SaysWhichCallFails) {
  const std::string usual = "E" + std::to_string(EACCES);
  EXPECT_THAT(probe({}), ::testing::HasSubstr("pattern ....."));
  EXPECT_THAT(probe({"SVC_FAULT=2"}), ::testing::HasSubstr("pattern ." + usual + "..."));
  EXPECT_THAT(probe({"SVC_FAULT=5:stat"}), ::testing::HasSubstr("pattern ...." + usual));
  EXPECT_THAT(probe({"SVC_FAULT=1:stat:40"}), ::testing::HasSubstr("pattern E40...."));
  EXPECT_THAT(probe({"SVC_FAULT=1:open"}), ::testing::HasSubstr("pattern ....."));
}

TEST(Environment, AMistakeInItIsNotOverlooked) {
  for (const char* text :
       {"", "x", "0", "-1", "1:", "1:stat:", "1:stat:x", "1:stat:99999", "1x", "1:stat:1:1"})
    EXPECT_THAT(probe({std::string("SVC_FAULT=") + text}),
                ::testing::AllOf(::testing::HasSubstr("expected n, n:name or n:name:errno"),
                                 ::testing::HasSubstr("died")))
        << text;
}

TEST(Environment, GetsTheCountAtTheEndOfTheProcess) {
  testing::TempDir dir;
  probe({"SVC_FAULT_COUNT=" + dir.file("count")});
  EXPECT_EQ(testing::read_file(dir.file("count")), "5\n");
}

TEST(Environment, GetsTheCountAtTheFaultEvenIfTheProcessHasNoEnd) {
  testing::TempDir dir;
  EXPECT_THAT(probe({"SVC_FAULT_COUNT=" + dir.file("count"), "SVC_FAULT=3", "SVC_PROBE_ENDS=1"}),
              ::testing::HasSubstr("pattern"));
  EXPECT_EQ(testing::read_file(dir.file("count")), "3\n");
}

}  // namespace
}  // namespace svc
