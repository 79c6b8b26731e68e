#include "cmd/svcctl/job.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "core/base/fd.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

std::optional<int> end_of(Job& job) {
  std::optional<int> status;
  testing::eventually([&] { return (status = job.ended()).has_value(); });
  return status;
}

Result<Job> shell(const std::string& command, const std::string& folder = {}) {
  return Job::start({{"/bin/sh", "-c", command}, folder});
}

TEST(JobTest, RunsInItsFolderAndTellsItsEnd) {
  const testing::TempDir dir;
  auto job = shell("echo here > file; exit 3", dir.path());
  ASSERT_TRUE(job);
  const auto status = end_of(*job);
  ASSERT_TRUE(status);
  EXPECT_EQ(ending_text(*status), "exit status 3");
  EXPECT_EQ(testing::read_file(dir.file("file")), "here\n");
  EXPECT_FALSE(job->running());
  EXPECT_EQ(job->ended(), std::nullopt);
}

TEST(JobTest, HoldsOnlyWhatItIsGiven) {
  const testing::TempDir dir;
  const Fd out(::open(dir.file("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  const Fd other(::open("/dev/null", O_RDONLY));  // Without CLOEXEC.
  auto job = Job::start({{"/bin/sh", "-c", "ls /proc/$$/fd >&3; echo $$ >&3"}, "", out.get()});
  ASSERT_TRUE(job);
  const pid_t pid = job->pid();
  EXPECT_EQ(end_of(*job), 0);
  std::string text = testing::read_file(dir.file("out"));
  EXPECT_NE(text.find("\n3\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("\n" + std::to_string(other.get()) + "\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with(std::to_string(pid) + "\n")) << text;
}

TEST(JobTest, EndsWithAllOfItsGroup) {
  const testing::TempDir dir;
  {
    auto job = shell("sleep 600 & echo $! > pid.new; mv pid.new pid; wait", dir.path());
    ASSERT_TRUE(job);
    ASSERT_TRUE(testing::eventually([&] { return !testing::read_file(dir.file("pid")).empty(); }));
  }
  const pid_t child = std::stoi(testing::read_file(dir.file("pid")));
  EXPECT_TRUE(testing::eventually([&] { return !testing::process_exists(child); }));
}

TEST(JobTest, IsToldSignals) {
  auto job = shell("sleep 600");
  ASSERT_TRUE(job);
  ASSERT_TRUE(job->running());
  job->signal(SIGKILL);
  const auto status = end_of(*job);
  ASSERT_TRUE(status);
  EXPECT_EQ(ending_text(*status), "signal 9 (Killed)");
}

TEST(JobTest, ThatCanNotRunEndsLikeAShellsWould) {
  auto job = Job::start({{"/nonexistent/program"}});
  ASSERT_TRUE(job);
  const auto status = end_of(*job);
  ASSERT_TRUE(status);
  EXPECT_EQ(ending_text(*status), "exit status 127");
}

}  // namespace
}  // namespace svc
