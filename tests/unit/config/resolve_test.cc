#include "config/resolve.h"

#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using testing::kOneService;
using testing::load_text;

std::string errors_of(const std::string& text) {
  const auto config = load_text(text);
  return config ? "" : config.error().text();
}

TEST(ConfigResolve, TakesTheNameFromTheFile) {
  const auto named = [](const std::string& file) {
    testing::MemoryFiles files;
    files.put("/etc/" + file, kOneService);
    LoadRequest request = testing::request_in(files);
    request.path = "/etc/" + file;
    return load(request)->master.name;
  };
  EXPECT_EQ(named("shop.toml"), "shop");
  EXPECT_EQ(named("my shop (1).toml"), "my-shop--1-");
  EXPECT_EQ(named("shop"), "shop");
  EXPECT_EQ(named("shop.v2.toml"), "shop.v2");
  EXPECT_EQ(named(".toml"), "svcd");
  EXPECT_EQ(named(std::string(100, 'x') + ".toml"), std::string(64, 'x'));
}

TEST(ConfigResolve, HandsTheMastersUserToServicesWithoutOne) {
  const auto config = load_text("[master]\nuser = 'u'\ngroup = 'g'\n" + kOneService +
                                "[service.b]\nbuiltin = 'echo'\nlisten = ['*:2']\nuser = 'w'\n"
                                "[service.c]\nbuiltin = 'echo'\nlisten = ['*:3']\ngroup = 'w'\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->services.at("a").user, "u");
  EXPECT_EQ(config->services.at("a").group, "g");
  EXPECT_EQ(config->services.at("b").user, "w");
  EXPECT_EQ(config->services.at("b").group, "") << "of its own user, not of the master's";
  EXPECT_EQ(config->services.at("c").user, "u");
  EXPECT_EQ(config->services.at("c").group, "w");
  EXPECT_EQ(config->origins.at("service.a.user").source, "master.user");
}

TEST(ConfigResolve, LooksAModuleUpBesideTheProgramUnlessItHasASlash) {
  testing::MemoryFiles files;
  const auto path_of_module = [&](const std::string& module) {
    files.put("/etc/app.toml", "[service.a]\nmodule = '" + module + "'\nlisten = ['*:1']\n");
    const auto config = load(testing::request_in(files));
    return config ? config->services.at("a").module_path : config.error().text();
  };
  EXPECT_THAT(path_of_module("a.so"),
              HasSubstr("there is no \"a.so\" in /bin/../services or /lib/svcd/services"));
  files.put("/lib/svcd/services/a.so", "");
  EXPECT_EQ(path_of_module("a.so"), "/lib/svcd/services/a.so");
  files.put("/services/a.so", "");
  EXPECT_EQ(path_of_module("a.so"), "/services/a.so") << "the build tree's comes first";
  files.put("/etc/mine/b.so", "");
  EXPECT_EQ(path_of_module("mine/b.so"), "/etc/mine/b.so");
  EXPECT_EQ(path_of_module("./mine/b.so"), "/etc/mine/b.so");
  EXPECT_THAT(path_of_module("./b.so"), HasSubstr("there is no file /etc/b.so"));
}

TEST(ConfigResolve, SeesRelativePathsFromTheFileThatNamesThem) {
  testing::MemoryFiles files;
  files.put("/etc/app.toml",
            "extends = 'sub/base.toml'\n[master]\nruntime_dir = 'run'\n" + kOneService);
  files.put("/etc/sub/base.toml", "[log]\ntarget = 'log'\n");
  LoadRequest request = testing::request_in(files);
  auto config = load(request);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->master.runtime_dir, "/etc/run");
  EXPECT_EQ(config->log.target, "/etc/sub/log");
  request.working_directory = "/home";
  request.path = "/etc/app.toml";
  request.environment = {{"SVC_LOG__TARGET", "my.log"}};
  config = load(request);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->log.target, "/home/my.log");
}

TEST(ConfigResolve, FindsUnknownKeysAtEachDepth) {
  EXPECT_THAT(errors_of("nope = 1\n"), HasSubstr("app.toml:1:1: no setting \"nope\" in the file"));
  EXPECT_THAT(errors_of("[nope]\n"), HasSubstr("app.toml:1:2: no setting \"nope\" in the file"));
  EXPECT_THAT(errors_of("[log]\nnope = 1\n"),
              HasSubstr("app.toml:2:1: no setting \"nope\" in [log]"));
  EXPECT_THAT(errors_of("[service.a]\nnope = 1\n"), HasSubstr("in [service.a]"));
  EXPECT_THAT(errors_of("[service.a.nope]\n"), HasSubstr("no setting \"nope\" in [service.a]"));
  EXPECT_THAT(errors_of("[service.a.http]\nnope = 1\n"), HasSubstr("in [service.a.http]"));
  EXPECT_THAT(errors_of("[service.a.http.nope]\n"), HasSubstr("in [service.a.http]"));
}

TEST(ConfigResolve, RefusesTooManyServices) {
  std::string text;
  for (int i = 0; i < 65; ++i) text += "[service.s" + std::to_string(i) + "]\n";
  EXPECT_THAT(errors_of(text), HasSubstr("65 services are more than 64"));
}

TEST(ConfigResolve, RemembersWhoSaidWhat) {
  const auto config = load_text(kOneService + "threads = 8\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->origins.at("service.a.threads").place, (Place{"app.toml", 4, 11}));
  EXPECT_FALSE(config->origins.contains("service.a.backlog"));
  EXPECT_EQ(config->origins.at("master.name").kind, OriginKind::derived);
}

}  // namespace
}  // namespace svc
