#include "core/http/path_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace svc {
namespace {

TEST(PathIndex, FindsNothingInNothing) {
  const PathIndex<int> index;
  EXPECT_EQ(index.find("/"), nullptr);
  EXPECT_EQ(index.find(""), nullptr);
}

TEST(PathIndex, KeepsTheFirstOfAPath) {
  PathIndex<int> index;
  const int first = 1, second = 2;
  index.put("/a", &first);
  index.put("/a", &second);
  EXPECT_EQ(index.find("/a"), &first);
  EXPECT_EQ(index.find("/b"), nullptr);
}

// Lengths around the words that are hashed, bytes above 0x7f, and paths that differ in one place.
TEST(PathIndex, TellsManyPathsApart) {
  std::vector<std::string> paths;
  for (size_t length = 0; length < 40; ++length) {
    for (const char c : {'a', 'b', '\xff'}) {
      std::string path = "/" + std::string(length, 'x');
      path += c;
      paths.push_back(path);
      std::swap(path[1], path.back());
      if (path != paths.back()) paths.push_back(path);
    }
  }
  std::vector<int> values(paths.size());
  PathIndex<int> index;
  for (size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(index.find(paths[i]), nullptr) << paths[i];
    index.put(paths[i], &values[i]);
  }
  for (size_t i = 0; i < paths.size(); ++i) EXPECT_EQ(index.find(paths[i]), &values[i]) << paths[i];
}

}  // namespace
}  // namespace svc
