#include "core/http/intrusive_list.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace svc {
namespace {

struct Red;
struct Blue;
struct Item : ListHook<Red>, ListHook<Blue> {
  explicit Item(int n) : number(n) {}
  int number;
};

template <class Tag>
std::vector<int> numbers(IntrusiveList<Item, Tag>& list) {
  std::vector<int> all;
  list.for_each([&](Item& item) { all.push_back(item.number); });
  return all;
}

TEST(IntrusiveList, KeepsOrderAndLetsElementsLeave) {
  IntrusiveList<Item, Red> red;
  IntrusiveList<Item, Blue> blue;
  Item one(1), two(2), three(3);
  for (Item* item : {&one, &two, &three}) red.push_back(*item);
  blue.push_back(two);
  two.ListHook<Red>::unlink();
  EXPECT_EQ(numbers(red), (std::vector<int>{1, 3}));
  EXPECT_EQ(numbers(blue), (std::vector<int>{2}));
  two.ListHook<Red>::unlink();  // Twice is harmless.
  red.push_back(two);
  EXPECT_EQ(red.front(), &one);
  EXPECT_EQ(numbers(red), (std::vector<int>{1, 3, 2}));
}

TEST(IntrusiveList, ADestroyedElementLeavesByItself) {
  IntrusiveList<Item, Red> red;
  auto one = std::make_unique<Item>(1);
  red.push_back(*one);
  one.reset();
  EXPECT_TRUE(red.empty());
  EXPECT_EQ(red.front(), nullptr);
}

TEST(IntrusiveList, AVisitorMayDestroyWhatItVisits) {
  IntrusiveList<Item, Red> red;
  for (int i = 0; i < 3; ++i) red.push_back(*new Item(i));
  red.for_each([](Item& item) { delete &item; });
  EXPECT_TRUE(red.empty());
}

TEST(IntrusiveList, TakesAllOfAnother) {
  IntrusiveList<Item, Red> from, to;
  Item one(1), two(2);
  to.push_back(one);
  from.push_back(two);
  to.take(from);
  EXPECT_TRUE(from.empty());
  EXPECT_EQ(numbers(to), (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace svc
