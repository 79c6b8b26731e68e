#include "core/net/bind_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/net/net_support.h"

namespace svc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string told(int error_number, const std::string& address) {
  const Error error = bind_error(error_number, address_of(address));
  EXPECT_EQ(static_cast<int>(error.code), error_number);
  return error.text;
}

TEST(BindError, NamesTheAddressFirst) {
  EXPECT_THAT(told(EADDRINUSE, "127.0.0.1:80"), StartsWith("listen on tcp 127.0.0.1:80: "));
  EXPECT_THAT(told(EMFILE, "unix:/x/y"), StartsWith("listen on unix /x/y: "));
}

TEST(BindError, ATakenPortCanBeLookedUp) {
  EXPECT_THAT(told(EADDRINUSE, "127.0.0.1:8080"), HasSubstr("ss -ltnp 'sport = :8080'"));
}

TEST(BindError, OnlyAPrivilegedPortIsCalledOne) {
  EXPECT_THAT(told(EACCES, "*:443"), HasSubstr("port 443 is privileged"));
  EXPECT_THAT(told(EACCES, "*:8443"),
              AllOf(Not(HasSubstr("privileged")), HasSubstr("Permission denied")));
}

TEST(BindError, SpeaksOfTheDirectoryOfASocketFile) {
  EXPECT_THAT(told(ENOENT, "unix:/run/none/s"), HasSubstr("no directory /run/none;"));
  EXPECT_THAT(told(EADDRINUSE, "unix:@name"), HasSubstr("unix @name: another process"));
  EXPECT_THAT(told(EROFS, "unix:/run/x/s"), HasSubstr("read-only"));
}

TEST(BindError, ExplainsIpv6) {
  EXPECT_THAT(told(EAFNOSUPPORT, "[::1]:80"), HasSubstr("no IPv6"));
  EXPECT_THAT(told(EINVAL, "[fe80::1]:80"), HasSubstr("needs its interface"));
}

TEST(BindError, SaysWhatTheSystemSaysOtherwise) {
  EXPECT_THAT(told(EMFILE, "127.0.0.1:80"), HasSubstr("Too many open files"));
  EXPECT_THAT(told(EINVAL, "127.0.0.1:80"), HasSubstr("Invalid argument"));
}

}  // namespace
}  // namespace svc
