#include "config/wire.h"

#include <cmath>
#include <limits>

#include "config/schema.h"
#include "config/value.h"
#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

// A value of the row that is not its default.
Value other_value(const Setting& setting) {
  struct Other {
    const Setting& setting;
    Value operator()(uint64_t number) const {
      return number == setting.bounds.lowest ? number + 1 : setting.bounds.lowest;
    }
    Value operator()(const std::string&) const { return std::string("other"); }
    Value operator()(const std::vector<std::string>&) const {
      return std::vector<std::string>{"http://a\\b", "c d"};
    }
    Value operator()(const Workers&) const { return Workers{false, 2, 7}; }
    Value operator()(const std::vector<ListenEntry>&) const {
      return std::vector<ListenEntry>{{.address = "127.0.0.1:1"},
                                      {.address = "unix:/a\tb", .mode = 0, .owner = "o"}};
    }
    Value operator()(const std::map<std::string, std::string>&) const {
      if (setting.kind == Kind::regions) return std::map<std::string, std::string>{{"a", "64KiB"}};
      return std::map<std::string, std::string>{{"A", ""}, {"B", "tab\tline\nback\\slash\r"}};
    }
    Value operator()(const std::vector<Option>&) const {
      return std::vector<Option>{{"a", true, {"x.toml", 1, 2}},
                                 {"b", int64_t{std::numeric_limits<int64_t>::min()}, {}},
                                 {"c", 0.1, {}},
                                 {"d", std::string("nul\0\\0", 6), {}},
                                 {"e", OptionArray{2}, {}},
                                 {"e[0]", std::string(), {}}};
    }
  };
  return std::visit(Other{setting}, default_of(setting));
}

Config full_config() {
  Config config;
  config.file = "/etc/a\tb.toml";
  config.files = {"/etc/a\tb.toml", "/etc/base\n.toml"};
  config.services["users"] = {.name = "users", .module_path = "/lib/users.so"};
  config.services["b-2"] = {.name = "b-2"};
  config.services["users"].upstreams["prices"] = {};
  for_each_section(config, []<class Section>(const std::string&, Section& section) {
    for (const Field<Section>& field : fields<Section>()) {
      Value value = other_value(*field.setting);
      if (!fits(*field.setting, value)) continue;  // The address with a tab.
      field.set(section, std::move(value));
    }
  });
  config.origins["master.name"] = {OriginKind::file, {"x.toml", 3, 4}, "", ""};
  config.origins["service.users.user"] = {OriginKind::environment, {}, "SVC_X", ""};
  config.origins["log.level"] = {OriginKind::command_line, {}, "--set", "${file:x}"};
  return config;
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ConfigWire, ReadsBackADefaultConfig) {
  EXPECT_EQ(deserialize(serialize(Config{})).value(), Config{});
}

TEST(ConfigWire, ReadsBackEveryRowOfTheTable) {
  const Config config = full_config();
  const std::string text = serialize(config);
  for (const Setting& setting : all_settings()) {
    if (setting.section == "service.*.listen" || setting.name == "listen") continue;
    std::string path = path_of(setting);
    if (const size_t star = path.find('*'); star != path.npos) path.replace(star, 1, "users");
    if (const size_t star = path.find('*'); star != path.npos) path.replace(star, 1, "prices");
    EXPECT_THAT(text, HasSubstr("\nset\t" + path + "\t")) << "this row must be tested, too";
  }
  const auto back = deserialize(text);
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(*back, config);
}

TEST(ConfigWire, ReadsBackListenersAndTheirRights) {
  Config config;
  config.services["a"].name = "a";
  config.services["a"].listen = {{.address = "127.0.0.1:1"},
                                 {.address = "unix:/x", .mode = 0, .owner = "o", .group = "g"}};
  EXPECT_EQ(deserialize(serialize(config)).value(), config);
}

TEST(ConfigWire, KeepsDoublesExactly) {
  for (const double number : {0.1, -0.0, std::numeric_limits<double>::infinity(), 5e-324}) {
    Config config;
    config.services["a"] = {.name = "a"};
    config.services["a"].options = {{"x", number, {}}};
    const auto back = deserialize(serialize(config));
    ASSERT_TRUE(back);
    const double read = std::get<double>(back->services.at("a").options[0].value);
    EXPECT_EQ(read, number);
    EXPECT_EQ(std::signbit(read), std::signbit(number));
  }
}

TEST(ConfigWire, RefusesTextThatWasCutAnywhere) {
  Config config = full_config();
  config.services.erase("users");
  config.origins.clear();
  const std::string text = serialize(config);
  for (size_t size = 0; size < text.size(); ++size)
    ASSERT_FALSE(deserialize(std::string_view(text).substr(0, size))) << size;
  EXPECT_TRUE(deserialize(text));
  EXPECT_FALSE(deserialize(text + "x\n"));
}

TEST(ConfigWire, RefusesWhatTheTableDoesNotAllow) {
  const std::string text = serialize(full_config());
  const auto refused = [&](std::string_view from, std::string_view to) {
    return !deserialize(changed(text, from, to));
  };
  EXPECT_TRUE(refused("svcd-config 1", "svcd-config 2"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "set\tservice.users.threads\t65"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "set\tservice.users.threads\t1\t1"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "set\tservice.users.threads\tx"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "set\tservice.users.threads"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "set\tservice.nobody.threads\t1"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "set\tservice.users.nope\t1"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "set\tservice.users\t1"));
  EXPECT_TRUE(refused("set\tservice.users.threads\t1", "put\tservice.users.threads\t1"));
  EXPECT_TRUE(refused("service\tusers", "service\t../x"));
  EXPECT_TRUE(refused("service\tb-2", "service\tusers"));
  EXPECT_TRUE(refused("workers\t2\t7", "workers\t7\t2"));
  EXPECT_TRUE(refused("workers\t2\t7", "workers\t4294967296\t4294967297"));
  EXPECT_TRUE(refused("\te\tarray\t2", "\te\tarray\t99999999"));
  EXPECT_TRUE(refused("\ta\tflag\t1", "\ta\tflag\t2"));
  EXPECT_TRUE(refused("\\n.toml", "\\x.toml"));
  EXPECT_TRUE(refused("origin\tmaster.name\t1", "origin\tmaster.name\t9"));
}

TEST(ConfigWire, NamesTheLineThatIsWrong) {
  const auto back = deserialize("svcd-config 1\nfile\t/x\nset\tmaster.name\ta b\nend\n");
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().text, "configuration text, line 3: no record that fits here");
}

TEST(ConfigWire, IsBounded) {
  std::string text = "svcd-config 1\n";
  for (size_t i = 0; i <= kServicesMax; ++i) text += "service\ts" + std::to_string(i) + "\t\n";
  EXPECT_FALSE(deserialize(text + "end\n"));
  const auto large = deserialize(std::string(kSerializedMax + 1, '\n'));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, std::errc::message_size);
}

}  // namespace
}  // namespace svc
