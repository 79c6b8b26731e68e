#include "core/sdk/types/secret.h"

#include <gtest/gtest.h>

#include "core/base/json_writer.h"
#include "core/sdk/types/schema.h"
#include "tests/unit/sdk/types/judge.h"

namespace svc {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

struct Login {
  std::string user;
  Secret<Text<8>> password;
  std::optional<Secret<std::string>> token;
  Default<Secret<std::string>, "pepper"> salt;
};

TEST(Secret, IsReadAndInNoResult) {
  Login login;
  EXPECT_EQ(testing::judge(R"({"user":"ann","password":"correct horse","token":"t"})", &login),
            "ok");
  EXPECT_EQ(login.password.reveal(), "correct horse");
  EXPECT_EQ(login.token->reveal(), "t");
  EXPECT_EQ(login.salt.reveal(), "pepper");
  EXPECT_EQ(to_json(login), R"({"user":"ann"})");
  EXPECT_EQ(to_json(login.password), "null");
}

TEST(Secret, IsCheckedWithoutBeingQuoted) {
  Login login;
  Issues issues;
  ASSERT_TRUE(from_json(R"({"user":"ann","password":"hunter2"})", login, issues));
  EXPECT_EQ(describe_issues(issues.list()), "body.password: must have at least 8 characters");
}

TEST(Secret, CantBePrinted) {
  static_assert(!Printable<Secret<std::string>>);
  static_assert(Printable<std::string>);
  static_assert(!std::is_convertible_v<Secret<std::string>, std::string>);
}

TEST(Secret, IsWriteOnlyInTheSchemaAndItsDefaultIsKept) {
  SchemaNames names;
  names.name_of(type_info<Login>());
  std::string out;
  JsonWriter json(out);
  json.object([&] { names.write_all(json); });
  EXPECT_NE(out.find(R"("password":{"type":"string","minLength":8,"writeOnly":true})"),
            std::string::npos)
      << out;
  EXPECT_EQ(out.find("pepper"), std::string::npos);
}

}  // namespace
}  // namespace svc
