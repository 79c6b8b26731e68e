#include "core/server/module_loader.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "core/base/sys.h"

namespace svc {
namespace {

void no_routes(App&) {}

ModuleInfo good() { return {kModuleMagic, sizeof(ModuleInfo), module_tag(), "x", "0", no_routes}; }

TEST(ModuleLoader, AcceptsAModuleOfThisAbi) { EXPECT_TRUE(check_module(good(), "x.so")); }

TEST(ModuleLoader, NamesTheFieldThatDoesNotAgree) {
  ModuleInfo other_abi = good();
  other_abi.tag.sdk_abi = kSdkAbi + 1;
  const auto checked = check_module(other_abi, "x.so");
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().text.find("SDK ABI"), std::string::npos) << checked.error().text;
  EXPECT_NE(checked.error().text.find("x.so"), std::string::npos);
}

TEST(ModuleLoader, RefusesWhatIsNoModuleInfo) {
  ModuleInfo wrong = good();
  wrong.magic = 1;
  EXPECT_FALSE(check_module(wrong, "x.so"));
  wrong = good();
  wrong.size = 8;
  EXPECT_FALSE(check_module(wrong, "x.so"));
  wrong = good();
  wrong.routes = nullptr;
  EXPECT_FALSE(check_module(wrong, "x.so"));
}

TEST(ModuleLoader, RefusesAFileThatIsNoModuleWithoutRunningIt) {
  for (const char* path : {"/bin/true", "/etc/hostname", "/dev/null"}) {
    Fd file(sys::open(path, O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(file) << path;
    const auto loaded = load_module(std::move(file), path);
    ASSERT_FALSE(loaded) << path;
    EXPECT_NE(loaded.error().text.find(path), std::string::npos) << loaded.error().text;
  }
}

}  // namespace
}  // namespace svc
