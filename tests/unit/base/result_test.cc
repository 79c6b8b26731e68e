#include "core/base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace svc {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error::invalid(std::to_string(number) + " is odd");
  return number / 2;
}

Result<int> quarter(int number) {
  SVC_TRY(const int first, half(number));
  SVC_TRY(const int second, half(first));
  return second;
}

Result<> check_even(int number) {
  SVC_TRY_VOID(half(number));
  return {};
}

TEST(Result, IsAValueOrAnError) {
  EXPECT_EQ(half(4).value(), 2);
  EXPECT_EQ(half(3).error().text, "3 is odd");
  EXPECT_EQ(half(3).error().code, std::errc::invalid_argument);
}

TEST(Result, TryReturnsTheErrorOfTheInnerCall) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().text, "3 is odd");
  EXPECT_TRUE(check_even(2));
  EXPECT_EQ(check_even(1).error().text, "1 is odd");
}

TEST(Result, CarriesWhatCanOnlyBeMoved) {
  const auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); };
  const auto use = [&]() -> Result<int> {
    SVC_TRY(const auto number, make());
    return *number;
  };
  EXPECT_EQ(use().value(), 5);
}

TEST(Error, TellsWhatWeWereDoingAndWhatTheSystemSaid) {
  errno = EACCES;
  const Error error = Error::from_errno("bind 127.0.0.1:80");
  EXPECT_EQ(error.text, "bind 127.0.0.1:80: Permission denied");
  EXPECT_EQ(error.code, std::errc::permission_denied);
}

TEST(Error, IsToldFromFurtherOut) {
  EXPECT_EQ(Error::invalid("no routes").within("reload").text, "reload: no routes");
}

}  // namespace
}  // namespace svc
