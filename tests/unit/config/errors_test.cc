#include "config/errors.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

TEST(ConfigErrors, ShowsTheLineAndACaretUnderTheColumn) {
  ConfigErrors errors;
  errors.add({"a.toml", 3, 5}, "no", "did you mean yes?", "x = 1");
  EXPECT_EQ(errors.text(), "a.toml:3:5: no\n    x = 1\n        ^ did you mean yes?");
}

TEST(ConfigErrors, CountsCharactersAndNotBytes) {
  ConfigErrors errors;
  errors.add({"a.toml", 1, 6}, "no", "", "\"äö\" x");
  EXPECT_EQ(errors.text(), "a.toml:1:6: no\n    \"äö\" x\n         ^");
}

TEST(ConfigErrors, PrintsNoControlCharacterOfTheFile) {
  ConfigErrors errors;
  errors.add({"a.toml", 1, 4}, "no", "", "\tx\x1b[31m\x7f\xc2\x9b");
  EXPECT_EQ(errors.text(), "a.toml:1:4: no\n     x [31m  \n       ^");
}

TEST(ConfigErrors, CutsLongLinesAroundThePlace) {
  ConfigErrors errors;
  const std::string line = std::string(500, 'a') + "HERE" + std::string(500, 'b');
  errors.add({"a.toml", 1, 501}, "no", "", line);
  const ConfigError& error = errors.list().front();
  EXPECT_EQ(error.excerpt.substr(error.caret, 4), "HERE");
  EXPECT_LT(error.excerpt.size(), ConfigErrors::kExcerptMax + 7);
}

TEST(ConfigErrors, SurvivesAColumnBehindTheEnd) {
  ConfigErrors errors;
  errors.add({"a.toml", 1, 3000}, "no", "", "short");
  EXPECT_THAT(errors.text(), HasSubstr("a.toml:1:3000: no"));
}

TEST(ConfigErrors, PutsTheHintBehindTheSentenceWhereThereIsNoLine) {
  ConfigErrors errors;
  errors.add({"a.toml", 0, 0}, "no", "try b.toml");
  EXPECT_EQ(errors.text(), "a.toml: no; try b.toml");
}

TEST(ConfigErrors, KeepsTheOrderOfFilesAndSortsLines) {
  ConfigErrors errors;
  errors.add({"b", 9, 1}, "third");
  errors.add({"a", 1, 1}, "fourth");
  errors.add({"b", 2, 7}, "second");
  errors.add({"b", 2, 1}, "first");
  errors.sort();
  EXPECT_EQ(errors.text(), "b:2:1: first\nb:2:7: second\nb:9:1: third\na:1:1: fourth");
}

TEST(ConfigErrors, CountsWhatIsBeyondItsBound) {
  ConfigErrors errors;
  for (uint32_t i = 0; i < ConfigErrors::kErrorsMax + 5; ++i) errors.add({"a", i + 1, 1}, "no");
  EXPECT_EQ(errors.list().size(), ConfigErrors::kErrorsMax);
  EXPECT_EQ(errors.omitted(), 5U);
  EXPECT_THAT(errors.text(), HasSubstr("\nand 5 more"));
}

TEST(ConfigErrors, AreAnArrayOfObjectsForPrograms) {
  ConfigErrors errors;
  errors.add({"a.toml", 3, 5}, "no", "yes", "x = 1");
  errors.add({"SVC_X", 1, 3}, "bad", "", "SVC_X=1", false);
  std::string out;
  JsonWriter json(out);
  errors.write_json(json);
  EXPECT_EQ(out, R"([{"file":"a.toml","line":3,"column":5,"message":"no","hint":"yes"},)"
                 R"({"file":"SVC_X","message":"bad"}])");
}

TEST(ConfigErrors, BecomeOneErrorOfSeveralLines) {
  ConfigErrors errors;
  errors.add({"a", 1, 1}, "x");
  errors.add({"a", 2, 1}, "y");
  EXPECT_EQ(errors.to_error().code, std::errc::invalid_argument);
  EXPECT_EQ(errors.to_error().text, "a:1:1: x\na:2:1: y");
}

}  // namespace
}  // namespace svc
