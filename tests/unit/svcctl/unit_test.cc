#include "cmd/svcctl/unit.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace svc {
namespace {

const std::set<std::string> kHost = {"/run/systemd/system", "/lib/systemd/system/svcd@.service"};

std::string found(std::string_view file, const std::set<std::string>& host = kHost) {
  return unit_of(file, [&](const char* path) { return host.contains(path); });
}

TEST(Unit, RunsTheEnvironmentsOfItsHost) {
  EXPECT_EQ(found("/etc/svcd/production.toml"), "svcd@production");
  EXPECT_EQ(found("/etc/svcd/shop-eu_2.toml"), "svcd@shop-eu_2");
}

TEST(Unit, RunsNoOtherFile) {
  for (const char* file : {"/etc/svcd/", "/etc/svcd/.toml", "/etc/svcd/production", "shop.toml",
                           "/etc/svcd/of/shop.toml", "/etc/svcd/a b.toml", "/srv/etc/svcd/a.toml"})
    EXPECT_EQ(found(file), "") << file;
}

TEST(Unit, IsNoneWhereNoSystemdRunsOrNoneIsInstalled) {
  EXPECT_EQ(found("/etc/svcd/production.toml", {"/run/systemd/system"}), "");
  EXPECT_EQ(found("/etc/svcd/production.toml", {"/lib/systemd/system/svcd@.service"}), "");
}

}  // namespace
}  // namespace svc
