#include "core/sdk/options.h"

#include <gtest/gtest.h>

#include <functional>

#include "core/sdk/issues.h"

namespace svc {
namespace {

enum class Mode { fast, safe };
struct Cache {
  Int<1, 64> size;
  std::optional<std::string> path;
};
struct Settings {
  std::string database;
  Default<Int<1, 64>, 4> connections;
  std::vector<std::string> tags;
  Default<Mode, Mode::safe> mode;
  std::optional<Cache> cache;
};

std::vector<OptionRow> rows() {
  return {
      {"database", std::string("sqlite:x"), "base.toml:3:1"},
      {"tags", OptionRow::List{2}, "base.toml:4:1"},
      {"tags[0]", std::string("a"), "base.toml:4:9"},
      {"tags[1]", std::string("b"), "base.toml:4:14"},
      {"cache.size", int64_t{7}, "prod.toml:9:1"},
      {"cache.\"odd name\"", true, "prod.toml:10:1"},
      {"ratio", 0.5, "prod.toml:11:1"},
  };
}

std::string error_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const OptionError& e) {
    return e.what();
  }
  return "none";
}

TEST(Options, AreReadOneByOne) {
  const Options options("service.users.options", rows());
  EXPECT_EQ(options.get<std::string>("database"), "sqlite:x");
  EXPECT_EQ(options.get<std::vector<std::string>>("tags"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(options.get<std::string>("tags[1]"), "b");
  EXPECT_EQ(options.get<int>("cache.size"), 7);
  EXPECT_EQ(options.get<bool>("cache.\"odd name\""), true);
  EXPECT_EQ(options.get<double>("ratio"), 0.5);
  EXPECT_EQ(options.get<int>("absent", 5), 5);
  EXPECT_EQ(options.find<int>("absent"), std::nullopt);
  EXPECT_TRUE(options.has("cache"));
  EXPECT_FALSE(options.has("cache.absent"));
}

TEST(Options, ErrorNamesPlaceKeyAndRule) {
  const Options options("service.users.options", rows());
  EXPECT_EQ(error_of([&] { options.get<int>("database"); }),
            "base.toml:3:1: service.users.options.database: must be an integer");
  EXPECT_EQ(error_of([&] { options.get<Int<8, 9>>("cache.size"); }),
            "prod.toml:9:1: service.users.options.cache.size: must be at least 8");
  EXPECT_EQ(error_of([&] { options.get<std::vector<int>>("tags"); }),
            "base.toml:4:9: service.users.options.tags[0]: must be an integer\n"
            "base.toml:4:14: service.users.options.tags[1]: must be an integer");
  EXPECT_EQ(error_of([&] { options.get<int>("absent"); }),
            "service.users.options.absent: is required");
}

TEST(Options, FillAStruct) {
  auto some = rows();
  some.erase(some.begin() + 5, some.end());
  const auto settings = Options("o", some).as<Settings>();
  EXPECT_EQ(settings.database, "sqlite:x");
  EXPECT_EQ(settings.connections, 4);
  EXPECT_EQ(settings.tags.size(), 2u);
  ASSERT_TRUE(settings.cache);
  EXPECT_EQ(settings.cache->size, 7);
}

TEST(Options, StructRefusesWhatItLacks) {
  EXPECT_EQ(error_of([] {
              Options("o", {{"databse", std::string("x"), "f:1:1"}}).as<Settings>();
            }),
            "f:1:1: o.databse: there is no such option (did you mean 'database'?)\n"
            "o.database: is required\no.tags: is required");
  EXPECT_EQ(error_of([] { Options("o").as<Settings>(); }),
            "o.database: is required\no.tags: is required");
  EXPECT_EQ(error_of([] {
              Options("o", {{"database", std::string("x"), ""},
                            {"tags", OptionRow::List{0}, ""},
                            {"mode", std::string("slow"), "f:3:1"}})
                  .as<Settings>();
            }),
            "f:3:1: o.mode: must be one of 'fast', 'safe'");
}

struct Checked {
  Int<1, 9> low;
  Int<1, 9> high;
  std::vector<Cache> caches;
  void check(Issues& issues) const {
    if (low > high) issues.add("low", "must not be above high");
  }
};

TEST(Options, AllThatIsWrongIsToldWithItsPlace) {
  EXPECT_EQ(error_of([] {
              Options("o", {{"low", int64_t{0}, "f:1:1"},
                            {"high", std::string("x"), "f:2:1"},
                            {"caches", OptionRow::List{1}, "f:3:1"},
                            {"caches[0].szie", int64_t{3}, "f:4:3"},
                            {"caches[0].path", int64_t{3}, "g:5:3"}})
                  .as<Checked>();
            }),
            "f:4:3: o.caches[0].szie: there is no such option (did you mean 'size'?)\n"
            "f:1:1: o.low: must be at least 1\n"
            "f:2:1: o.high: must be an integer\n"
            "g:5:3: o.caches[0].path: must be a string\n"
            "f:4:3: o.caches[0].size: is required");
}

TEST(Options, TypesOwnRulesAreAsked) {
  const std::string text = error_of([] {
    Options("o", {{"low", int64_t{3}, "f:1:1"},
                  {"high", int64_t{2}, "f:2:1"},
                  {"caches", OptionRow::List{0}, "f:3:1"}})
        .as<Checked>();
  });
  EXPECT_EQ(text, "f:1:1: o.low: must not be above high");
}

TEST(Options, AStructsOwnRulesPointIntoTheFile) {
  struct Range {
    int low;
    int high;
    void check(Issues& issues) const {
      if (low > high) issues.add("high", "must not be below low");
      if (low == high) issues.add("", "is empty");
    }
  };
  const auto error = [](int64_t low, int64_t high) {
    return error_of([&] {
      Options("o", {{"low", low, "f:1:1"}, {"high", high, "f:2:1"}}).as<Range>();
    });
  };
  EXPECT_EQ(error(1, 2), "none");
  EXPECT_EQ(error(2, 1), "f:2:1: o.high: must not be below low");
  EXPECT_EQ(error(1, 1), "f:1:1: o: is empty");
}

TEST(Options, TextsOfTheEnvironmentBecomeNumbers) {
  const Options options("o", {{"n", std::string("8"), ""},
                              {"on", std::string("true"), ""},
                              {"x", std::string("1e3"), ""},
                              {"bad", std::string("8x"), ""},
                              {"nan", std::string("nan"), ""},
                              {"text", std::string("8"), ""}});
  EXPECT_EQ(options.get<int>("n"), 8);
  EXPECT_EQ(options.get<std::optional<int>>("n"), 8);
  EXPECT_EQ(options.get<bool>("on"), true);
  EXPECT_EQ(options.get<double>("x"), 1000.0);
  EXPECT_EQ(options.get<std::string>("text"), "8");
  EXPECT_NE(error_of([&] { options.get<int>("bad"); }), "none");
  EXPECT_NE(error_of([&] { options.get<double>("nan"); }), "none");
}

TEST(Options, ThoseThatNobodyReadAreTold) {
  Options options("o", {{"limit", int64_t{1}, "f:1:1"}, {"limti", int64_t{1}, "f:2:1"}});
  EXPECT_EQ(options.get<int>("limit"), 1);
  EXPECT_EQ(options.unread(),
            (std::vector<std::string>{
                "f:2:1: o.limti: the service doesn't read this option (did you mean 'limit'?)"}));
}

TEST(Options, PathsStartAtTheFileThatSaysThem) {
  const Options options("o", {{"root", std::string("site"), "/etc/svcd/a.toml:3:4"},
                              {"near", std::string("site"), "a.toml:3:4"},
                              {"set", std::string("site"), "--set"}});
  EXPECT_EQ(options.path("root", "site"), "/etc/svcd/site");
  EXPECT_EQ(options.path("root", "../site"), "/etc/svcd/../site");
  EXPECT_EQ(options.path("root", "/srv/site"), "/srv/site");
  EXPECT_EQ(options.path("near", "site"), "site");
  EXPECT_EQ(options.path("set", "site"), "site");
  EXPECT_EQ(options.path("none", "site"), "site");
}

TEST(Options, WhatIsWrongIsToldWithItsPlace) {
  const Options options("o", {{"root", std::string("x"), "a.toml:3:4"}});
  EXPECT_STREQ(options.wrong("root", "no folder").what(), "a.toml:3:4: o.root: no folder");
  EXPECT_STREQ(options.wrong("none", "is needed").what(), "o.none: is needed");
}

}  // namespace
}  // namespace svc
