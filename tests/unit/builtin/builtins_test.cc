#include "core/builtin/builtins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/sdk/module_note.h"

namespace svc {
namespace {

TEST(Builtins, AreFoundByTheirNames) {
  EXPECT_THAT(builtin_names(), ::testing::UnorderedElementsAre("admin", "echo", "static"));
  for (const std::string& name : builtin_names()) {
    const ModuleInfo* info = find_builtin(name);
    ASSERT_NE(info, nullptr) << name;
    EXPECT_EQ(info->name, name);
    EXPECT_EQ(info->magic, kModuleMagic);
    EXPECT_EQ(describe_mismatch(module_tag(), info->tag), "");
    EXPECT_NE(info->routes, nullptr);
  }
  EXPECT_EQ(find_builtin("nope"), nullptr);
  EXPECT_EQ(find_builtin(""), nullptr);
}

}  // namespace
}  // namespace svc
