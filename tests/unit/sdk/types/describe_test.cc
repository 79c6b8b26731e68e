#include "core/sdk/types/describe.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

enum class Color { red, green };
struct Node {
  std::string name;
  std::vector<Node> children;
  std::map<std::string, Node> named;
};
struct All {
  bool flag;
  int8_t small;
  uint64_t large;
  float real;
  std::string text;
  Color color;
  Json raw;
  std::optional<int> maybe;
  std::vector<bool> flags;
  std::array<int, 2> pair;
  Node node;
};

TEST(Describe, NamesKindsInTheOrderOfTheStruct) {
  const TypeInfo& all = type_info<All>();
  ASSERT_EQ(all.kind, TypeKind::object);
  EXPECT_EQ(all.name, "All");
  std::string kinds;
  for (const FieldInfo& field : all.object->fields) {
    kinds +=
        std::string(field.name) + "=" + std::to_string(static_cast<int>(field.type->kind)) + " ";
  }
  EXPECT_EQ(kinds,
            "flag=0 small=1 large=1 real=2 text=3 color=4 raw=6 maybe=7 flags=8 pair=9 node=11 ");
}

TEST(Describe, IntegersHaveTheBoundsOfTheirType) {
  EXPECT_EQ(type_info<int8_t>().minimum, -128);
  EXPECT_EQ(type_info<int8_t>().maximum, 127u);
  EXPECT_EQ(type_info<uint64_t>().minimum, 0);
  EXPECT_EQ(type_info<uint64_t>().maximum, UINT64_MAX);
  EXPECT_FALSE(type_info<uint16_t>().is_signed);
}

TEST(Describe, TypesMayContainThemselves) {
  const TypeInfo& node = type_info<Node>();
  EXPECT_EQ(node.object->fields[1].type->element, &node);
  EXPECT_EQ(node.object->fields[2].type->element, &node);
}

TEST(Describe, MembersAreFoundByAddress) {
  const All all{};
  const void* members[detail::kMembersMax];
  type_info<All>().object->addresses(&all, members);
  EXPECT_EQ(members[0], &all.flag);
  EXPECT_EQ(members[4], &all.text);
  EXPECT_EQ(members[10], &all.node);
}

}  // namespace
}  // namespace svc
