#include "cmd/svcctl/project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<std::string> paths_of(const ProjectPlan& plan) {
  std::vector<std::string> paths;
  for (const auto& file : plan.files) paths.push_back(file.path);
  return paths;
}

TEST(ProjectName, IsAnIdentifierThatIsNotTaken) {
  for (const char* name : {"orders", "a", "shop_2", "abcdefghijklmnopqrstuvwxyz012345"})
    EXPECT_TRUE(check_project_name(name)) << name;
  for (const char* name :
       {"", "Orders", "2shop", "_a", "my-shop", "a/b", "../a", "a b", "a.b", "ñ", "/tmp/x", "-c",
        "abcdefghijklmnopqrstuvwxyz0123456", "test", "all", "svc", "linux", "install"})
    EXPECT_FALSE(check_project_name(name)) << name;
  EXPECT_THAT(check_project_name("test").error().text, HasSubstr("try test_service"));
}

TEST(ProjectPlan, HasAllThatAProjectNeeds) {
  const ProjectPlan plan = plan_project("orders", "/opt/svcd");
  for (const char* path :
       {"CMakeLists.txt", "orders.cc", "orders_test.cc", "README.md", "Dockerfile", ".dockerignore",
        ".gitignore", "config/base.toml", "config/development.toml", "config/staging.toml",
        "config/production.toml"})
    EXPECT_THAT(paths_of(plan), Contains(path));
}

TEST(ProjectPlan, LeavesNoPlaceOpen) {
  for (const auto& file : plan_project("orders", "/opt/svcd").files) {
    EXPECT_EQ(file.text.find("@NAME@"), std::string::npos) << file.path;
    EXPECT_EQ(file.text.find("@PREFIX@"), std::string::npos) << file.path;
    EXPECT_FALSE(file.text.empty()) << file.path;
    EXPECT_EQ(file.text.back(), '\n') << file.path;
    if (file.path == "CMakeLists.txt") {
      EXPECT_THAT(file.text, HasSubstr("\"/opt/svcd\""));
    }
  }
}

TEST(ProjectPlan, SaysHowItIsRunBySystemd) {
  for (const auto& file : plan_project("orders", "").files)
    if (file.path == "README.md") {
      EXPECT_THAT(file.text, HasSubstr("\n    systemctl enable --now svcd@orders\n"));
    }
}

TEST(ProjectPlan, GivesEachEnvironmentsServerANameOfItsOwn) {
  for (const auto& file : plan_project("orders", "").files) {
    if (file.path == "config/development.toml") {
      EXPECT_THAT(file.text, HasSubstr("[master]\nname = \"orders-development\""));
    } else if (file.path == "config/production.toml") {
      EXPECT_THAT(file.text, HasSubstr("[master]\nname = \"orders\""));
    }
  }
}

TEST(WriteProject, WritesAllOfItOnce) {
  const testing::TempDir dir;
  const ProjectPlan plan = plan_project("orders", "");
  ASSERT_TRUE(write_project(dir.file("orders"), plan));
  for (const auto& file : plan.files)
    EXPECT_EQ(testing::read_file(dir.file("orders/" + file.path)), file.text) << file.path;
  const auto again = write_project(dir.file("orders"), plan);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, std::errc::file_exists);
  EXPECT_FALSE(testing::read_file(dir.file("orders/orders.cc")).empty());
}

TEST(WriteProject, LeavesNothingOfWhatItCouldNotFinish) {
  const testing::TempDir dir;
  const ProjectPlan plan{{{"a/b", "text"}, {"a/b/c", "a file can't be a folder, too"}}};
  EXPECT_FALSE(write_project(dir.file("x"), plan));
  EXPECT_EQ(dir.entries(), 0u);
}

}  // namespace
}  // namespace svc
