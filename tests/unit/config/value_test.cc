#include "config/value.h"

namespace svc {
namespace {

const Setting& row(std::string_view path) {
  const Setting* setting = find_setting(path);
  EXPECT_NE(setting, nullptr) << path;
  return *setting;
}

TEST(ConfigValue, FitsAtItsBoundsAndNotBeyond) {
  for (const Setting& setting : all_settings()) {
    if (!std::holds_alternative<uint64_t>(default_of(setting)) || !setting.bounds.given) continue;
    const auto [lowest, highest, given] = setting.bounds;
    EXPECT_TRUE(fits(setting, Value(lowest))) << path_of(setting);
    EXPECT_TRUE(fits(setting, Value(highest))) << path_of(setting);
    EXPECT_FALSE(fits(setting, Value(highest + 1))) << path_of(setting);
    if (lowest == 0) continue;
    EXPECT_FALSE(fits(setting, Value(lowest - 1))) << path_of(setting);
  }
}

TEST(ConfigValue, IsOfItsKindsType) {
  for (const Setting& setting : all_settings()) {
    if (!std::holds_alternative<uint64_t>(default_of(setting)))
      EXPECT_FALSE(fits(setting, Value(uint64_t{1}))) << path_of(setting);
    else
      EXPECT_FALSE(fits(setting, Value(std::string("1")))) << path_of(setting);
  }
}

TEST(ConfigValue, NamesHaveNothingThatPathsAndTitlesCantHave) {
  const Setting& name = row("master.name");
  for (const std::string good : {"a", "shop-1.2_x", "9"}) EXPECT_TRUE(fits(name, Value(good)));
  for (const std::string bad : {"", ".a", "-a", "a/b", "a b", "ä", "a\n"})
    EXPECT_FALSE(fits(name, Value(bad))) << bad;
  EXPECT_TRUE(is_service_name("a-B_1"));
  EXPECT_FALSE(is_service_name("a.b"));
  EXPECT_FALSE(is_service_name(""));
  EXPECT_FALSE(is_service_name(std::string(64, 'a')));
}

TEST(ConfigValue, TextsHaveNoControlCharacters) {
  EXPECT_TRUE(fits(row("master.user"), Value(std::string("jürgen"))));
  for (const std::string& bad : {std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f")})
    EXPECT_FALSE(fits(row("master.user"), Value(bad)));
}

TEST(ConfigValue, WorkersAreARangeWithinBounds) {
  const Setting& workers = row("service.*.workers");
  EXPECT_TRUE(fits(workers, Workers{}));
  EXPECT_TRUE(fits(workers, Workers{false, 1, kWorkersMax}));
  EXPECT_FALSE(fits(workers, Workers{false, 0, 1}));
  EXPECT_FALSE(fits(workers, Workers{false, 3, 2}));
  EXPECT_FALSE(fits(workers, Workers{false, 1, kWorkersMax + 1}));
}

TEST(ConfigValue, VariablesAreOnesThatExecCanPass) {
  using Variables = std::map<std::string, std::string>;
  const Setting& environment = row("service.*.environment");
  EXPECT_TRUE(fits(environment, Variables{{"A", "b=c\nd"}}));
  EXPECT_FALSE(fits(environment, Variables{{"", "x"}}));
  EXPECT_FALSE(fits(environment, Variables{{"A=B", "x"}}));
  EXPECT_FALSE(fits(environment, Variables{{"A", std::string("x\0", 2)}}));
  Variables many;
  for (size_t i = 0; i <= kEnvironmentMax; ++i) many["V" + std::to_string(i)] = "";
  EXPECT_FALSE(fits(environment, many));
}

TEST(ConfigValue, ListenersAreJudgedEntryByEntry) {
  const Setting& listen = row("service.*.listen");
  EXPECT_TRUE(fits(listen, std::vector<ListenEntry>{{.address = "127.0.0.1:1"}}));
  EXPECT_FALSE(fits(listen, std::vector<ListenEntry>{}));
  EXPECT_FALSE(fits(listen, std::vector<ListenEntry>{{.address = ""}}));
  EXPECT_FALSE(fits(listen, std::vector<ListenEntry>{{.address = "unix:/x", .mode = 01000}}));
  EXPECT_FALSE(fits(listen, std::vector<ListenEntry>(17, ListenEntry{.address = "x"})));
}

TEST(ConfigValue, ArraysOfOptionsAreNoLargerThanTheyCouldBe) {
  const Setting& options = row("service.*.options");
  EXPECT_TRUE(fits(options, std::vector<Option>{{"a", OptionArray{3}, {}}}));
  EXPECT_FALSE(fits(options, std::vector<Option>{{"a", OptionArray{1ULL << 60}, {}}}));
  EXPECT_FALSE(fits(options, std::vector<Option>{{"", true, {}}}));
}

TEST(ConfigValue, IsWrittenAsAFileHasIt) {
  EXPECT_EQ(toml_value(row("log.level"), Value(uint64_t{2})), "\"warn\"");
  EXPECT_EQ(toml_value(row("service.*.threads"), Value(uint64_t{4})), "4");
  EXPECT_EQ(toml_value(row("service.*.boot_timeout"), Value(uint64_t{1500})), "\"1.5s\"");
  EXPECT_EQ(toml_value(row("service.*.http.body_max"), Value(uint64_t{1 << 20})), "\"1MiB\"");
  EXPECT_EQ(toml_value(row("service.*.http.body_max"), Value(uint64_t{17})), "17");
  EXPECT_EQ(toml_value(row("service.*.listen.mode"), Value(uint64_t{0640})), "\"0640\"");
  const Setting& workers = row("service.*.workers");
  EXPECT_EQ(toml_value(workers, Workers{}), "\"auto\"");
  EXPECT_EQ(toml_value(workers, Workers{false, 3, 3}), "3");
  EXPECT_EQ(toml_value(workers, Workers{false, 2, 8}), "{ min = 2, max = 8 }");
  EXPECT_EQ(toml_value(row("service.*.listen"),
                       std::vector<ListenEntry>{
                           {.address = "*:1"}, {.address = "unix:/x", .mode = 0600, .group = "w"}}),
            R"(["*:1", { address = "unix:/x", mode = "0600", group = "w" }])");
  EXPECT_EQ(toml_value(row("service.*.environment"),
                       std::map<std::string, std::string>{{"A", "1"}, {"b c", "\""}}),
            R"({ A = "1", "b c" = "\"" })");
}

TEST(ConfigValue, SaysWhatBelongsThere) {
  EXPECT_EQ(requirement(row("service.*.threads")), "a whole number from 1 to 64");
  EXPECT_EQ(requirement(row("log.level")), R"(one of "debug", "info", "warn", "error", "off")");
  EXPECT_EQ(requirement(row("master.orphan_timeout")), R"(a duration like "10s" from 0 to 1d)");
  EXPECT_EQ(misfit(row("service.*.threads"), "service.a.threads", "0").message,
            "service.a.threads must be a whole number from 1 to 64, not 0");
  for (const Setting& setting : all_settings()) {
    EXPECT_FALSE(requirement(setting).empty());
    EXPECT_FALSE(kind_name(setting).empty());
  }
}

}  // namespace
}  // namespace svc
