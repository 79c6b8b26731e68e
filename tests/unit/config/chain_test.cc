#include "config/chain.h"

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::MemoryFiles;
using testing::request_in;

std::string errors_of(const LoadRequest& request) {
  ConfigErrors errors;
  EXPECT_FALSE(load_chain(request, errors));
  return errors.text();
}

TEST(ConfigChain, LaterFilesWinAndTablesAreMerged) {
  MemoryFiles files;
  files.put("/etc/app.toml", "extends = ['a.toml', 'sub/b.toml']\nx.own = 1\n");
  files.put("/etc/a.toml", "x = { a = 'a', list = [1, 2], own = 0 }\n");
  files.put("/etc/sub/b.toml", "extends = '../c.toml'\nx = { b = 'b', list = [3] }\n");
  files.put("/etc/c.toml", "x = { a = 'c' }\n");
  ConfigErrors errors;
  const auto chain = load_chain(request_in(files), errors);
  ASSERT_TRUE(chain) << errors.text();
  const Node::Table& x = *chain->root.table()->at("x").table();
  EXPECT_EQ(*x.at("a").text(), "c");
  EXPECT_EQ(*x.at("b").text(), "b");
  EXPECT_EQ(std::get<int64_t>(x.at("own").value), 1);
  EXPECT_EQ(x.at("list").array()->size(), 1U) << "arrays are replaced";
  EXPECT_FALSE(chain->root.table()->contains("extends"));
  EXPECT_THAT(chain->files,
              ElementsAre("/etc/app.toml", "/etc/a.toml", "/etc/sub/b.toml", "/etc/c.toml"));
}

TEST(ConfigChain, EachValueKnowsTheFileThatItCameFrom) {
  MemoryFiles files;
  files.put("/etc/app.toml", "extends = 'sub/b.toml'\n");
  files.put("/etc/sub/b.toml", "\n  x = 1\n");
  ConfigErrors errors;
  const auto chain = load_chain(request_in(files), errors);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->root.table()->at("x").place(), (Place{"sub/b.toml", 2, 7}));
  EXPECT_EQ(chain->root.table()->at("x").source->directory, "/etc/sub");
}

TEST(ConfigChain, AFileMayBeReachedTwice) {
  MemoryFiles files;
  files.put("/etc/app.toml", "extends = ['a.toml', 'b.toml']\n");
  files.put("/etc/a.toml", "extends = 'c.toml'\n");
  files.put("/etc/b.toml", "extends = 'c.toml'\n");
  files.put("/etc/c.toml", "x = 1\n");
  ConfigErrors errors;
  const auto chain = load_chain(request_in(files), errors);
  ASSERT_TRUE(chain) << errors.text();
  EXPECT_EQ(chain->files.size(), 4U);
}

TEST(ConfigChain, NamesMayHoldVariables) {
  MemoryFiles files;
  files.put("/etc/app.toml", "extends = '${WHERE}/a.toml'\n");
  files.put("/srv/a.toml", "x = 1\n");
  LoadRequest request = request_in(files);
  request.environment["WHERE"] = "/srv";
  ConfigErrors errors;
  EXPECT_TRUE(load_chain(request, errors)) << errors.text();
  request.environment.clear();
  EXPECT_THAT(errors_of(request), HasSubstr("app.toml:1:11: the variable WHERE is not set"));
}

TEST(ConfigChain, RefusesAFileThatIsTooLarge) {
  MemoryFiles files;
  files.put("/etc/app.toml", std::string(10'000'000, '#'));
  EXPECT_EQ(errors_of(request_in(files)),
            "app.toml: cannot read the configuration: it is larger than 1MiB");
}

TEST(ConfigChain, SaysWhyAFileCannotBeRead) {
  MemoryFiles files;
  EXPECT_EQ(errors_of(request_in(files)),
            "app.toml: cannot read the configuration: No such file or directory");
  files.fail("/etc/app.toml", std::errc::permission_denied);
  EXPECT_EQ(errors_of(request_in(files)),
            "app.toml: cannot read the configuration: Permission denied");
  files.fail("/etc/app.toml", std::errc::is_a_directory);
  EXPECT_EQ(errors_of(request_in(files)),
            "app.toml: cannot read the configuration: it is a directory");
}

TEST(ConfigChain, GoesNoDeeperThanItsBound) {
  MemoryFiles files;
  files.put("/etc/app.toml", "extends = '0.toml'\n");
  for (int i = 0; i < 20; ++i)
    files.put("/etc/" + std::to_string(i) + ".toml",
              "extends = '" + std::to_string(i + 1) + ".toml'\n");
  EXPECT_THAT(errors_of(request_in(files)), HasSubstr("14.toml:1:11: extends goes too far"));
}

TEST(ConfigChain, ReadsNoMoreFilesThanItsBoundHoweverTheyAreTwined) {
  MemoryFiles files;  // Each doubles the number of loads.
  files.put("/etc/app.toml", "extends = ['0.toml', '0.toml']\n");
  for (int i = 0; i < 10; ++i) {
    const std::string next = "'" + std::to_string(i + 1) + ".toml'";
    files.put("/etc/" + std::to_string(i) + ".toml", "extends = [" + next + ", " + next + "]\n");
  }
  files.put("/etc/10.toml", "x = 1\n");
  EXPECT_THAT(errors_of(request_in(files)), HasSubstr("extends goes too far"));
}

}  // namespace
}  // namespace svc
