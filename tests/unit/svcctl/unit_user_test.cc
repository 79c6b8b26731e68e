#include "cmd/svcctl/unit_user.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

class UnitUser : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = dir_.path() + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::string user() const { return user_of_unit("svcd@shop", dir_.path()); }

  testing::TempDir dir_;
};

TEST_F(UnitUser, IsNobodyWithoutAUnit) { EXPECT_EQ(user(), ""); }

TEST_F(UnitUser, IsThatOfTheTemplateUnlessADropInSaysOtherwise) {
  write("/lib/systemd/system/svcd@.service", "[Service]\n#User=no\nUser=svcd\nGroup=svcd\n");
  EXPECT_EQ(user(), "svcd");
  write("/etc/systemd/system/svcd@other.service.d/override.conf", "[Service]\nUser=other\n");
  EXPECT_EQ(user(), "svcd");
  write("/etc/systemd/system/svcd@.service.d/override.conf", "[Service]\nUser=all \n");
  EXPECT_EQ(user(), "all");
  write("/etc/systemd/system/svcd@shop.service.d/override.conf", "[Service]\nUser=shop\n");
  EXPECT_EQ(user(), "shop");
  write("/etc/systemd/system/svcd@.service.d/zz.conf", "[Service]\nUser=last\n");
  EXPECT_EQ(user(), "last") << "drop-ins are read in the order of their names";
  write("/etc/systemd/system/svcd@.service.d/zzz.conf", "[Service]\nUser=\n");
  EXPECT_EQ(user(), "");
}

TEST_F(UnitUser, IsThatOfTheUnitInEtcIfThereAreTwo) {
  write("/lib/systemd/system/svcd@.service", "[Service]\nUser=svcd\n");
  write("/etc/systemd/system/svcd@.service", "[Service]\nUser=own\n");
  EXPECT_EQ(user(), "own");
}

TEST_F(UnitUser, CanReadWhatItsRightsLetIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another";
  const std::string file = dir_.path() + "/module.so";
  write("/module.so", "x");
  std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
  EXPECT_EQ(why_unreadable(file, "nobody"), "");
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  EXPECT_EQ(why_unreadable(file, "nobody"), "Permission denied");
  EXPECT_EQ(why_unreadable(file, "root"), "");
  EXPECT_EQ(why_unreadable(file, "no-such-user-here"), "");
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  std::filesystem::permissions(dir_.path(), std::filesystem::perms(0700));
  EXPECT_EQ(why_unreadable(file, "nobody"), "Permission denied") << "its folder counts as well";
}

}  // namespace
}  // namespace svc
