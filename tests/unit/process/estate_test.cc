#include "core/process/estate.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace svc {
namespace {

EstateText full_text() {
  EstateText text;
  text.service = "users";
  text.born_ns = 123456789;
  text.generation = 7;
  text.promotions = 9;
  text.slots = {0, 3, 1023};
  text.busy = {3};
  text.lives = 2;
  text.regions = {{"default", 16 << 20}, {"sessions", 1 << 20}};
  text.addresses = {{"127.0.0.1:80", {.shared = false, .inherited = false, .file = {}}, 4},
                    {"unix:/a path", {.shared = true, .inherited = false, .file = {5, 6}}, 1},
                    {"[::1]:80", {.shared = true, .inherited = true, .file = {}}, 1}};
  return text;
}

TEST(EstateText, IsReadAsItWasWritten) {
  const auto read = EstateText::parse(full_text().write());
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, full_text());
}

TEST(EstateText, RefusesEveryTornAndEveryChangedLine) {
  const std::string whole = full_text().write();
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto read = EstateText::parse(whole.substr(0, size));
    EXPECT_TRUE(!read || whole[size - 1] == '\n') << size;
  }
  const std::string head = "svcd 1\nservice users\n";
  EXPECT_TRUE(EstateText::parse(head));
  for (const char* line :
       {"lives 17", "lives x", "lives", "slots 1024", "slots 1 -1", "listen each 1 0 0 ",
        "listen each 99999 0 0 a", "listen some 1 0 0 a", "listen", "region 1 a", "region 65536",
        "region x a", "generation 1x", "other", "", "generation 18446744073709551615"})
    EXPECT_FALSE(EstateText::parse(head + line + "\n")) << line;
  EXPECT_FALSE(EstateText::parse("svcd 2\nservice users\n"));
  EXPECT_FALSE(EstateText::parse("svcd 1\n"));
}

TEST(Estate, ThatHasOtherDescriptorsThanItSaysIsRefused) {
  auto store = FdStore::create();
  ASSERT_TRUE(store);
  EXPECT_FALSE(open_estate(Fd(::dup(store->reader()))));
  const int one = STDERR_FILENO;
  ASSERT_TRUE(store->put("svcd 1\nservice users\n", {&one, 1}));
  const auto few = open_estate(Fd(::dup(store->reader())));
  ASSERT_FALSE(few);
  EXPECT_NE(few.error().text.find("1 descriptors instead of 5"), std::string::npos);
  const int wrong[] = {one, one, one, one, one};
  ASSERT_TRUE(store->put("svcd 1\nservice users\n", wrong));
  EXPECT_FALSE(open_estate(Fd(::dup(store->reader()))));
  EXPECT_FALSE(open_estate(Fd(::dup(one))));
}

}  // namespace
}  // namespace svc
