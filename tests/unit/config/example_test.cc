#include "config/emit.h"
#include "config/schema.h"
#include "tests/unit/config/documents.h"
#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

TEST(ConfigExample, LoadsToNothingButDefaults) {
  testing::MemoryFiles files;
  files.put("/services/example.so", "");
  files.put("/etc/app.toml", config_example());
  const auto config = load(testing::request_in(files));
  ASSERT_TRUE(config) << config.error().text();
  const ServiceConfig& service = config->services.at("example");
  ServiceConfig defaults{.name = "example", .module_path = "/services/example.so"};
  defaults.module = "example.so";
  defaults.listen = service.listen;
  defaults.upstreams["prices"].urls = {"http://127.0.0.1:8001"};
  EXPECT_EQ(service, defaults);
  EXPECT_EQ(config->log, LogConfig{});
}

// Without its # each commented line is a right one, too.
TEST(ConfigExample, ShowsEverySettingAsItCouldBeWritten) {
  std::string text = config_example();
  for (size_t at = 0; (at = text.find("\n#", at)) != text.npos; ++at)
    if (text[at + 2] != ' ') text.erase(at + 1, 1);
  for (const Setting& setting : all_settings()) {
    if (setting.section != "service.*.listen") {
      EXPECT_THAT(text, HasSubstr("\n" + std::string(setting.name) + " = "));
    }
  }
  testing::MemoryFiles files;
  files.put("/services/example.so", "");
  files.put("/etc/base.toml", "");
  files.put("/etc/app.toml", text);
  LoadRequest request = testing::request_in(files);
  request.builtins = {"static"};
  const auto config = load(request);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().list().size(), 1U) << config.error().text();
  EXPECT_THAT(config.error().text(), HasSubstr("has a module and a builtin"));
}

TEST(ConfigExample, IsTheOneInTheRepository) {
  EXPECT_EQ(config_example(), testing::committed("packaging/svcd.example.toml"))
      << "print it anew: tests/tidy/generated.txt";
}

}  // namespace
}  // namespace svc
