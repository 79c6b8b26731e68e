#include "core/sdk/types/fields.h"

#include <gtest/gtest.h>

#include "tests/unit/sdk/types/judge.h"

namespace svc {
namespace {

using testing::again;
using testing::judge;

class Account {
 public:
  const std::string& owner() const { return owner_; }

 private:
  std::string owner_;
  int64_t cents_ = 0;
  int hidden_ = 7;

 public:
  using api = fields<&Account::owner_, field<"balance", &Account::cents_>>;
  int hidden() const { return hidden_; }
};

struct Base {
  int id = 0;
};
struct Derived : Base {
  std::string name;
  using api = fields<&Derived::id, &Derived::name>;
};

struct Address : Derived {
  std::string street;
  int number = 0;
  using api = fields<&Address::street, fields_of<Derived>, field<"nr", &Address::number>>;
};
struct Plain {
  int a;
  std::string b;
};
struct Extended : Plain {
  bool c;
  static constexpr Doc docs[] = {{"a", "of the base"}};
  using api = fields<fields_of<Plain>, &Extended::c>;
};

struct Span {
  int from;
  int to;
  std::vector<Span> parts;
  void check(Issues& issues) const {
    if (to < from) issues.add("to", "must not be less than from");
    if (parts.size() > 2) issues.add("", "has too many parts", "too_many");
  }
};

TEST(Fields, PrivateAndRenamedMembersCrossByTheList) {
  Account account;
  EXPECT_EQ(judge(R"({"owner":"ann","balance":5,"hidden":9})", &account), "ok");
  EXPECT_EQ(account.owner(), "ann");
  EXPECT_EQ(account.hidden(), 7);
  EXPECT_EQ(to_json(account), R"({"owner":"ann","balance":5})");
  EXPECT_EQ(judge<Account>("{}"), "body.owner missing, body.balance missing");
}

TEST(Fields, InheritedMembersCrossByTheList) {
  EXPECT_EQ(again<Derived>(R"({"name":"x","id":3})"), R"({"id":3,"name":"x"})");
}

TEST(Fields, AllMembersOfABaseAreListedAtOnce) {
  EXPECT_EQ(again<Extended>(R"({"a":1,"b":"x","c":true})"), R"({"a":1,"b":"x","c":true})");
  EXPECT_EQ(again<Address>(R"({"id":3,"name":"x","nr":7,"street":"y"})"),
            R"({"street":"y","id":3,"name":"x","nr":7})");
  EXPECT_EQ(judge<Extended>(R"({"a":1})"), "body.b missing, body.c missing");
}

TEST(Fields, RulesAcrossMembersHaveTheirPlace) {
  EXPECT_EQ(judge<Span>(R"({"from":1,"to":2,"parts":[]})"), "ok");
  EXPECT_EQ(judge<Span>(R"({"from":2,"to":1,"parts":[]})"), "body.to value_error");
  EXPECT_EQ(judge<Span>(R"({"from":1,"to":2,"parts":[{"from":1,"to":0,"parts":[]}]})"),
            "body.parts[0].to value_error");
  const std::string part = R"({"from":1,"to":1,"parts":[]})";
  EXPECT_EQ(judge<Span>(R"({"from":1,"to":2,"parts":[)" + part + "," + part + "," + part + "]}"),
            "body too_many");
}

TEST(Fields, RulesAreOnlyAskedWhereTheMembersAreRight) {
  EXPECT_EQ(judge<Span>(R"({"from":"x","to":-1,"parts":[]})"), "body.from int_type");
  EXPECT_EQ(judge<Span>(R"({"from":2,"to":1,"parts":[{"from":1}]})"),
            "body.parts[0].to missing, body.parts[0].parts missing");
}

TEST(Fields, AnIssueOutsideOfACheckHasOnlyItsMember) {
  Issues issues;
  issues.add("to", "is odd");
  EXPECT_EQ(describe_issues(issues.list()), "to: is odd");
}

}  // namespace
}  // namespace svc
