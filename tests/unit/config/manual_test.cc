#include <sstream>

#include "config/emit.h"
#include "config/schema.h"
#include "tests/unit/config/documents.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

TEST(ConfigManual, HasEverySetting) {
  const std::string manual = config_manual();
  for (const Setting& setting : all_settings())
    EXPECT_THAT(manual, HasSubstr(".It Ic " + std::string(setting.name) + "\n"));
}

// A line of prose that began with a dot would be taken for a macro and vanish.
TEST(ConfigManual, HasNoMacroThatIsNone) {
  std::istringstream lines(config_manual());
  bool literal = false;  // Only in an example may a line be empty.
  for (std::string line; std::getline(lines, line);) {
    literal = line.starts_with(".Bd") || (literal && !line.starts_with(".Ed"));
    EXPECT_TRUE(literal || !line.empty()) << "an empty line is an error in mdoc";
    if (!line.starts_with('.') && !line.starts_with('\'')) continue;
    ASSERT_GE(line.size(), 3U) << line;
    const bool macro = line == ".br" || (isupper(static_cast<unsigned char>(line[1])) &&
                                         islower(static_cast<unsigned char>(line[2])));
    EXPECT_TRUE(macro) << line;
  }
}

TEST(ConfigManual, IsTheOneInTheRepository) {
  EXPECT_EQ(config_manual(), testing::committed("man/svcd.toml.5"))
      << "print it anew: tests/tidy/generated.txt";
}

}  // namespace
}  // namespace svc
