#include "core/process/credentials.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace svc {
namespace {

TEST(Credentials, NoNameMeansNoChange) {
  const auto none = resolve_credentials("", "");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->change);
  EXPECT_TRUE(assume(*none));
}

TEST(Credentials, UnknownNamesAreToldAsTheyWereWritten) {
  EXPECT_EQ(resolve_credentials("no-such-user", "").error().text, "no such user: \"no-such-user\"");
  EXPECT_EQ(find_group("no-such-group").error().text, "no such group: \"no-such-group\"");
}

TEST(Credentials, AGroupNeedsAUser) {
  EXPECT_EQ(resolve_credentials("", "root").error().text, "group \"root\" without a user");
}

TEST(Credentials, FindUsersAndGroupsByNameAndNumber) {
  EXPECT_EQ(*find_user("root"), 0U);
  EXPECT_EQ(*find_user("12345"), 12345U);
  EXPECT_EQ(*find_group("root"), 0U);
  EXPECT_EQ(*find_group("54321"), 54321U);
}

TEST(CredentialsDeathTest, OnlyRootCanChange) {
  const auto judged = [] {
    if (::geteuid() == 0 &&
        (::setresgid(65534, 65534, 65534) < 0 || ::setresuid(65534, 65534, 65534) < 0)) {
      return 1;
    }
    if (resolve_credentials("root", "").error().code != std::errc::operation_not_permitted)
      return 2;
    const passwd* me = ::getpwuid(::geteuid());
    if (me == nullptr) return 3;
    const auto own = resolve_credentials(me->pw_name, "");
    return own && !own->change ? 0 : 4;
  };
  EXPECT_EXIT(std::exit(judged()), ::testing::ExitedWithCode(0), "");
}

TEST(Credentials, OfAnotherUserAreTakenForGood) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  const auto nobody = resolve_credentials("nobody", "");
  ASSERT_TRUE(nobody) << nobody.error().text;
  EXPECT_TRUE(nobody->change);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!assume(*nobody)) ::_exit(1);
    if (::geteuid() != nobody->user || ::getegid() != nobody->group) ::_exit(2);
    if (::setuid(0) == 0 || ::seteuid(0) == 0 || ::setgid(0) == 0) ::_exit(3);
    gid_t groups[64];
    const int count = ::getgroups(64, groups);
    if (std::find(groups, groups + std::max(count, 0), 0U) != groups + std::max(count, 0))
      ::_exit(4);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Credentials, ANamedGroupWinsOverTheUsersOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  const auto both = resolve_credentials("nobody", "daemon");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->group, *find_group("daemon"));
}

}  // namespace
}  // namespace svc
