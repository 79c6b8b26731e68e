#include "core/sdk/types/uuid.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "tests/unit/sdk/types/judge.h"

namespace svc {
namespace {

TEST(Uuid, CrossesInLowerCase) {
  EXPECT_EQ(testing::again<Uuid>(R"("123E4567-E89B-12D3-A456-426614174000")"),
            R"("123e4567-e89b-12d3-a456-426614174000")");
  EXPECT_EQ(testing::from_text<Uuid>("00000000-0000-0000-0000-000000000000"),
            R"("00000000-0000-0000-0000-000000000000")");
}

TEST(Uuid, AnotherFormIsRefused) {
  for (const char* text :
       {"", "123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}",
        "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-42661417400g",
        "123e4567-e89b-12d3-a456-4266141740000", "123e4567-e89b-12d3-a4564-26614174000"}) {
    EXPECT_EQ(testing::from_text<Uuid>(text), "text uuid_parsing") << text;
  }
}

TEST(Uuid, RandomOnesAreOfVersion4AndDiffer) {
  std::unordered_set<Uuid> seen;
  for (int i = 0; i < 100; ++i) {
    const Uuid uuid = Uuid::random();
    EXPECT_EQ(uuid.str()[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid.str()[19]), std::string::npos);
    EXPECT_TRUE(seen.insert(uuid).second);
  }
  EXPECT_TRUE(Uuid().is_zero());
}

}  // namespace
}  // namespace svc
