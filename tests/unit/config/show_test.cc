#include "tests/unit/config/memory_files.h"

#include "config/emit.h"
#include "config/schema.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using testing::kOneService;
using testing::load_text;
using ::testing::Not;

// What `config show` prints is a configuration, and the same one.
void expect_same_again(const Config& config, testing::MemoryFiles files) {
  files.put("/etc/app.toml", show_config(config, true));
  const auto again = load(testing::request_in(files));
  ASSERT_TRUE(again) << again.error().text() << "\n" << show_config(config, true);
  for_each_section(config, [&](const std::string& path, const auto& section) {
    using Section = std::decay_t<decltype(section)>;
    for_each_section(*again, [&](const std::string& other_path, const auto& other) {
      if constexpr (std::is_same_v<Section, std::decay_t<decltype(other)>>) {
        if (path != other_path) return;
        for (const auto& field : fields<Section>()) {
          if (field.setting->kind == Kind::options) continue;  // Their places differ.
          EXPECT_EQ(field.get(section), field.get(other)) << path << "." << field.setting->name;
        }
      }
    });
  });
}

TEST(ShowConfig, LoadsToTheSameValues) {
  testing::MemoryFiles files;
  files.put("/etc/secret", "hush\n");
  files.put("/etc/app.toml",
            "[master]\nname = 'x'\nuser = 'u'\n[log]\ntarget = 'a\"b.log'\n" + kOneService +
                "workers = {min = 1, max = 3}\nuser = '$${NOT} $$$$ $x'\n"
                "environment = { A = '$${B}', 'odd key' = '${file:secret}' }\n"
                "options = { a = ['$${C}', { b = 1.0 }], 'x.y' = '${file:secret}' }\n"
                "[service.b]\nbuiltin = 'echo'\n"
                "listen = [{ address = 'unix:s', mode = '0600', owner = 'o' }]\n");
  const auto config = load(testing::request_in(files));
  ASSERT_TRUE(config) << config.error().text();
  expect_same_again(*config, files);
}

TEST(ShowConfig, KeepsSecretsToItself) {
  testing::MemoryFiles files;
  files.put("/etc/secret", "hush\n");
  files.put("/etc/app.toml", kOneService +
                                 "environment = { T = '${file:secret}' }\n"
                                 "options = { t = '${file:secret}', l = ['${file:secret}'] }\n");
  const auto config = load(testing::request_in(files));
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(std::get<std::string>(config->services.at("a").options.back().value), "hush");
  std::string json_text;
  JsonWriter json(json_text);
  show_config_json(*config, json);
  for (const std::string& text :
       {show_config(*config, false), show_config(*config, true), json_text}) {
    EXPECT_THAT(text, Not(HasSubstr("hush")));
    EXPECT_THAT(text, HasSubstr("${file:secret}"));
  }
}

TEST(ShowConfig, TellsTheOriginOnlyWhenAsked) {
  const auto config = load_text(kOneService);
  ASSERT_TRUE(config);
  EXPECT_THAT(show_config(*config, true), HasSubstr("# app.toml:2:11\n"));
  EXPECT_THAT(show_config(*config, true),
              HasSubstr("threads = 4                                   # default\n"));
  EXPECT_THAT(show_config(*config, false), HasSubstr("\nthreads = 4\n"));
}

TEST(ShowConfig, NamesOrigins) {
  EXPECT_EQ(origin_text({}), "default");
  EXPECT_EQ(origin_text({OriginKind::file, {"a.toml", 1, 2}, "", ""}), "a.toml:1:2");
  EXPECT_EQ(origin_text({OriginKind::environment, {}, "SVC_X", ""}), "environment SVC_X");
  EXPECT_EQ(origin_text({OriginKind::command_line, {}, "--set x", ""}), "command line --set x");
  EXPECT_EQ(origin_text({OriginKind::derived, {}, "master.user", ""}), "from master.user");
}

TEST(ShowConfig, HasAShapeForPrograms) {
  const auto config = load_text(kOneService);
  ASSERT_TRUE(config);
  std::string out;
  JsonWriter json(out);
  show_config_json(*config, json);
  EXPECT_THAT(out, HasSubstr(R"("file":"/etc/app.toml","files":["/etc/app.toml"],"settings":{)"));
  EXPECT_THAT(out, HasSubstr(R"("service.a.threads":{"value":4,"origin":"default"})"));
  EXPECT_THAT(out, HasSubstr(R"("service.a.workers":{"value":"auto","origin":"default"})"));
  EXPECT_THAT(out, HasSubstr(R"("service.a.boot_timeout":{"value":"30s","origin":"default"})"));
  EXPECT_THAT(out,
              HasSubstr(R"("service.a.listen":{"value":[{"address":"127.0.0.1:1","mode":"0666")"));
}

}  // namespace
}  // namespace svc
