#include "core/process/succession.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace svc {
namespace {

TEST(InheritanceNumbers, AreReadAsTheyWereWritten) {
  InheritanceNumbers numbers;
  numbers.line = 7;
  numbers.pid_file = 5;
  EXPECT_EQ(numbers.write(), "line=7 pid=5");
  numbers.init = 4;
  numbers.stores = {8, 9};
  const auto read = InheritanceNumbers::parse(numbers.write());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->write(), "line=7 pid=5 init=4 store=8 store=9");
}

TEST(InheritanceNumbers, OfNoMasterAreRefused) {
  for (const char* text : {"", "line=7", "pid=5", "line=7 pid=", "line=7 pid=x", "line=7 pid=5x",
                           "line=7 pid=2", "line=7 pid=-1", "line", "line=7  pid=5 store"})
    EXPECT_FALSE(InheritanceNumbers::parse(text)) << text;
  EXPECT_TRUE(InheritanceNumbers::parse("line=7 pid=5 later=6")) << "a newer master may say more";
}

TEST(Inheritance, IsTakenOnce) {
  ::unsetenv(kSuccessionVariable);
  auto none = take_inheritance();
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::setenv(kSuccessionVariable,
           ("line=" + std::to_string(ends[0]) + " pid=" + std::to_string(ends[1])).c_str(), 1);
  auto taken = take_inheritance();
  ASSERT_TRUE(taken && *taken);
  EXPECT_EQ((*taken)->line.descriptor(), ends[0]);
  EXPECT_EQ((*taken)->pid_file.get(), ends[1]);
  EXPECT_EQ(std::getenv(kSuccessionVariable), nullptr);
  ::setenv(kSuccessionVariable, "line=999 pid=998", 1);
  EXPECT_FALSE(take_inheritance());
  EXPECT_EQ(std::getenv(kSuccessionVariable), nullptr);
}

}  // namespace
}  // namespace svc
