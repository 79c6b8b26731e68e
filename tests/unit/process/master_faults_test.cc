// Every system call of a master's start fails once: a clean error each time, nothing left behind.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/fault.h"
#include "core/process/master.h"
#include "tests/unit/process/master_support.h"

namespace svc::testing {
namespace {

namespace fs = std::filesystem;

size_t open_descriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

class MasterFaults : public ::testing::Test {
 protected:
  ~MasterFaults() override { sys::fault::never(); }

  Result<std::unique_ptr<Master>> create() {
    Config config;
    config.master.name = "test";
    config.master.runtime_dir = dir_.file("run");
    config.file = dir_.write("test.toml", "");
    config.services["alpha"] = test_service("alpha", "serve", 2);
    config.services["alpha"].listen.push_back({.address = "unix:" + dir_.file("socket")});
    config.services["alpha"].module_path = dir_.write("alpha.so", "not looked at");
    return Master::create({std::move(config), {}, test_worker, -1});
  }
  bool nothing_left() {
    return (!fs::exists(dir_.file("run")) || fs::is_empty(dir_.file("run"))) &&
           !fs::exists(dir_.file("socket"));
  }

  TempDir dir_;
};

TEST_F(MasterFaults, OfEachCallOfAStartAreCleanErrors) {
  ::setenv("XDG_RUNTIME_DIR", dir_.path().c_str(), 1);
  ASSERT_TRUE(create());  // What is made once per process is made now.
  const size_t before = open_descriptors();
  uint64_t survived = 0;
  for (uint64_t n = 1;; ++n) {
    ASSERT_LT(n, 2000U) << "a start makes fewer calls";
    sys::fault::fail_nth(n);
    auto master = create();
    const bool happened = sys::fault::happened();
    sys::fault::never();
    if (!master) {
      EXPECT_FALSE(master.error().text.empty()) << "call " << n;
      EXPECT_EQ(master.error().text.find('\n'), std::string::npos) << master.error().text;
    }
    if (!happened) {
      ASSERT_TRUE(master) << master.error().text;
      break;
    }
    survived += master.has_value();
    master = Error::invalid("gone");
    EXPECT_TRUE(nothing_left()) << "call " << n;
    EXPECT_EQ(open_descriptors(), before) << "call " << n;
    fs::remove_all(dir_.file("run"));
  }
  RecordProperty("starts_that_went_on", static_cast<int>(survived));
}

}  // namespace
}  // namespace svc::testing
