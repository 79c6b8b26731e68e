#include "config/cpus.h"

#include <sched.h>

#include "core/base/fault.h"
#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using Files = testing::MemoryFiles;

TEST(Cpus, CountWithoutCgroupsByAffinityAlone) {
  EXPECT_EQ(cpu_quota(Files()), 0U);
  EXPECT_GE(cpus_allowed(), 1U);
  EXPECT_LE(cpus_allowed(), 64U * 1024);
}

TEST(Cpus, FollowTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(before), &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu)
    if (CPU_ISSET(cpu, &before)) CPU_SET(cpu, &one);
  ASSERT_EQ(::sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(cpus_allowed(), 1U);
  ASSERT_EQ(::sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST(Cpus, AskAgainWithALargerMaskAndAreAtLeastOne) {
  const uint32_t usual = cpus_allowed();
  sys::fault::fail_nth(1, "sched_getaffinity");
  EXPECT_EQ(cpus_allowed(), usual);
  EXPECT_TRUE(sys::fault::happened());
  sys::fault::never();
}

TEST(Cpus, ReadTheQuotaOfVersion2AndRoundUp) {
  Files files;
  files.put("/proc/self/cgroup", "0::/system.slice/svcd.service\n");
  EXPECT_EQ(cpu_quota(files), 0U);
  files.put("/sys/fs/cgroup/system.slice/svcd.service/cpu.max", "max 100000\n");
  EXPECT_EQ(cpu_quota(files), 0U);
  files.put("/sys/fs/cgroup/system.slice/svcd.service/cpu.max", "150000 100000\n");
  EXPECT_EQ(cpu_quota(files), 2U);
  files.put("/sys/fs/cgroup/system.slice/svcd.service/cpu.max", "20000 100000\n");
  EXPECT_EQ(cpu_quota(files), 1U);
}

TEST(Cpus, TakeTheTightestQuotaOnTheWayUp) {
  Files files;
  files.put("/proc/self/cgroup", "0::/a/b\n");
  files.put("/sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
  files.put("/sys/fs/cgroup/a/cpu.max", "300000 100000\n");
  EXPECT_EQ(cpu_quota(files), 3U);
}

// A container without a cgroup namespace is told the host's path and sees its own group as root.
TEST(Cpus, FindTheQuotaAtTheMountsRoot) {
  Files files;
  files.put("/proc/self/cgroup", "0::/docker/0123\n");
  files.put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(cpu_quota(files), 2U);
}

TEST(Cpus, ReadTheQuotaOfVersion1) {
  Files files;
  files.put("/proc/self/cgroup", "12:memory:/x\n4:cpu,cpuacct:/docker/1\n1:name=systemd:/y\n");
  files.put("/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "250000\n");
  files.put("/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpu_quota(files), 3U);
  files.put("/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(cpu_quota(files), 0U);
}

TEST(Cpus, TakeNothingFromWhatTheyCantRead) {
  Files files;
  for (const std::string text : {"", "x", "200000", "0 100000", "1 0", "-5 100000", "1 x", " "}) {
    files.put("/proc/self/cgroup", "0::/\ngarbage\n:\n0:\n");
    files.put("/sys/fs/cgroup/cpu.max", text);
    EXPECT_EQ(cpu_quota(files), 0U) << text;
  }
}

}  // namespace
}  // namespace svc
