#include "tests/unit/process/symbols_support.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

__attribute__((noinline, used)) void landmark() { asm volatile(""); }

uintptr_t own_bias() {
  uintptr_t bias = 0;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        *static_cast<uintptr_t*>(out) = info->dlpi_addr;
        return 1;  // The program itself comes first.
      },
      &bias);
  return bias;
}

std::string own_path() {
  char path[4096];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof(path));
  return {path, static_cast<size_t>(size)};
}

TEST(Symbols, NameFunctionFileAndLine) {
  const auto offset = reinterpret_cast<uintptr_t>(&landmark) - own_bias();
  const auto lines = resolved({fmt::format("{}+0x{:x}", own_path(), offset)});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("landmark()"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find("symbols_test.cc:"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find(fmt::format("(unit_process+0x{:x})", offset)), std::string::npos);
}

TEST(Symbols, ReadAPinnedModuleThroughItsDescriptor) {
  const Fd module(::open(own_path().c_str(), O_RDONLY | O_CLOEXEC));
  const auto offset = reinterpret_cast<uintptr_t>(&landmark) - own_bias();
  const auto lines = resolved({fmt::format("/proc/self/fd/9999+0x{:x}", offset)},
                              {module.get(), "/somewhere/users.so"});
  EXPECT_NE(lines.at(0).find("landmark()"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find("(users.so+0x"), std::string::npos) << lines[0];
  EXPECT_GE(::fcntl(module.get(), F_GETFD), 0) << "it stays the generation's";
}

TEST(Symbols, GiveBackWhatTheyDoNotKnow) {
  const std::vector<std::string> odd = {
      "",        "?+0x10",  "junk", "+0x1", "/nowhere/x.so+0x1", "/etc/passwd+0x1", "relative+0x1",
      "/x+0xzz", "/dev+0x1"};
  const auto lines = resolved(odd);
  ASSERT_EQ(lines.size(), odd.size());
  EXPECT_EQ(lines[1], "?+0x10");
  EXPECT_EQ(lines[2], "junk");
  EXPECT_EQ(lines[4], "x.so+0x1");
}

TEST(Symbols, NeverWaitForAFifo) {
  testing::TempDir dir;
  const std::string path = dir.file("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(resolved({path + "+0x1"}).at(0), "fifo+0x1");
}

TEST(Symbols, AreOneBoundedLineEach) {
  const auto lines = resolved({"a\nb", std::string(10'000, 'x') + "+0x1"});
  EXPECT_EQ(lines.at(0), "a b");
  EXPECT_LE(lines.at(1).size(), kSymbolLineMax);
}

}  // namespace
}  // namespace svc
