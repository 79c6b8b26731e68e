#include "core/sdk/types/names.h"

#include <gtest/gtest.h>

#include <span>
#include <vector>

namespace shop {
enum class Color { red, green = 5, blue = -3 };
enum class Wide : uint64_t { none, far = 255, farther = 256 };
enum Old : int { old_one = 1, old_two };
template <class T>
struct Page {};
struct Item {};
}  // namespace shop

namespace svc {
namespace {

enum class Hidden : uint8_t { a, b, default_ };

std::vector<std::pair<std::string_view, int64_t>> pairs(std::span<const EnumName> names) {
  std::vector<std::pair<std::string_view, int64_t>> out;
  for (const EnumName& name : names) out.emplace_back(name.name, name.value);
  return out;
}

TEST(Names, EnumeratorsAreFoundWithTheirValues) {
  using Pairs = std::vector<std::pair<std::string_view, int64_t>>;
  EXPECT_EQ(pairs(detail::enum_names<shop::Color>()),
            (Pairs{{"blue", -3}, {"red", 0}, {"green", 5}}));
  EXPECT_EQ(pairs(detail::enum_names<shop::Wide>()), (Pairs{{"none", 0}, {"far", 255}}));
  EXPECT_EQ(pairs(detail::enum_names<shop::Old>()), (Pairs{{"old_one", 1}, {"old_two", 2}}));
}

TEST(Names, EnumInAnUnnamedNamespaceAndKeywordsWork) {
  using Pairs = std::vector<std::pair<std::string_view, int64_t>>;
  EXPECT_EQ(pairs(detail::enum_names<Hidden>()), (Pairs{{"a", 0}, {"b", 1}, {"default", 2}}));
}

TEST(Names, TypeIsNamedWithoutItsNamespace) {
  EXPECT_EQ(detail::type_name<shop::Item>(), "Item");
  EXPECT_EQ(detail::type_name<shop::Color>(), "Color");
  EXPECT_TRUE(detail::type_name<shop::Page<shop::Item>>().starts_with("Page<"));
}

}  // namespace
}  // namespace svc
