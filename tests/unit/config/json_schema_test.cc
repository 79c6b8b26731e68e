#include <simdjson.h>

#include "config/emit.h"
#include "config/schema.h"
#include "tests/unit/config/documents.h"

namespace svc {
namespace {

TEST(JsonSchema, KnowsEverySettingAndItsProse) {
  simdjson::dom::parser parser;
  const auto document = parser.parse(config_json_schema());
  ASSERT_EQ(document.error(), simdjson::SUCCESS);
  for (const Setting& setting : all_settings()) {
    std::string section(setting.section);
    for (size_t star = 0; (star = section.find(".*")) != section.npos;) section.erase(star, 2);
    const std::string pointer = "/$defs/" + section + "/properties/" + std::string(setting.name);
    std::string_view description;
    ASSERT_EQ(document.at_pointer(pointer + "/description").get(description), simdjson::SUCCESS)
        << pointer;
    EXPECT_EQ(description, setting.prose);
  }
  int64_t highest = 0;
  ASSERT_EQ(document.at_pointer("/$defs/service/properties/threads/anyOf/0/maximum").get(highest),
            simdjson::SUCCESS);
  EXPECT_EQ(highest, 64);
}

TEST(JsonSchema, IsTheOneInTheRepository) {
  EXPECT_EQ(config_json_schema(), testing::committed("packaging/svcd.schema.json"))
      << "print it anew: tests/tidy/generated.txt";
}

}  // namespace
}  // namespace svc
