#include "core/base/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/base/random.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

using namespace std::string_literals;

template <class Value>
std::string written(Value value) {
  std::string out;
  JsonWriter(out).value(value);
  return out;
}

TEST(JsonWriter, PutsCommasAndColons) {
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field("id", 7);
    json.key("tags");
    json.array([&] {
      json.value("a");
      json.value("b");
      json.array([] {});
    });
    json.key("none");
    json.object([] {});
    json.field("last", true);
  });
  EXPECT_EQ(out, R"({"id":7,"tags":["a","b",[]],"none":{},"last":true})");
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  std::string out = "before ";
  JsonWriter(out).null();
  EXPECT_EQ(out, "before null");
}

TEST(JsonWriter, WritesEveryKindOfNumber) {
  EXPECT_EQ(written(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(written(uint8_t{200}), "200");
  EXPECT_EQ(written(false), "false");
  EXPECT_EQ(written(1.0), "1.0");
  EXPECT_EQ(written(-0.0), "-0.0");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(1e300), "1e+300");
  EXPECT_EQ(written(1.5f), "1.5");
}

TEST(JsonWriter, DoublesReadBackExactly) {
  Random random(3);
  for (int round = 0; round < 2000; ++round) {
    const double number =
        std::ldexp(random.unit() - 0.5, static_cast<int>(random.below(200)) - 100);
    EXPECT_EQ(std::strtod(written(number).c_str(), nullptr), number);
  }
}

TEST(JsonWriter, NumbersThatJsonLacksAreNull) {
  EXPECT_EQ(written(std::nan("")), "null");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonWriter, EscapesWhatMustBeEscapedAndNothingElse) {
  EXPECT_EQ(written("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(written("\b\f\n\r\t\x01\x1f\x7f"s), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
  EXPECT_EQ(written("\0"s), R"("\u0000")");
  EXPECT_EQ(written("añb€😀"), "\"añb€😀\"");
}

TEST(JsonWriter, EscapesAreFoundAtEveryPlaceOfAWord) {
  for (const char special : {'"', '\\', '\n', '\x1f'})
    for (size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = special;
      std::string expected = "\"" + text.substr(0, at) + "\\";
      expected += special == '\n' ? "n" : special == '\x1f' ? "u001f" : std::string(1, special);
      expected += text.substr(at + 1) + "\"";
      EXPECT_EQ(written(text), expected);
    }
}

TEST(JsonWriter, InvalidUtf8BecomesReplacements) {
  EXPECT_EQ(written("a\xFF\xC3z"s), "\"a\uFFFD\uFFFDz\"");
  Random random(4);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(random.below(40), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_TRUE(utf8_valid(written(bytes)));
  }
}

TEST(JsonWriter, KeysAreEscapedToo) {
  std::string out;
  JsonWriter json(out);
  json.object([&] { json.field("a\n", 1); });
  EXPECT_EQ(out, R"({"a\n":1})");
}

TEST(JsonWriter, RawIsCopiedAsOneValue) {
  std::string out;
  JsonWriter json(out);
  json.array([&] {
    json.raw("{}");
    json.raw("[1]");
  });
  EXPECT_EQ(out, "[{},[1]]");
}

TEST(JsonWriter, NestsAsDeepAsItSaysAndNoDeeper) {
  std::string out;
  JsonWriter json(out);
  for (int depth = 0; depth < JsonWriter::kDepthMax; ++depth) json.begin_array();
  EXPECT_DEATH(json.begin_array(), "check failed");
  for (int depth = 0; depth < JsonWriter::kDepthMax; ++depth) json.end_array();
  EXPECT_EQ(out, std::string(JsonWriter::kDepthMax, '[') + std::string(JsonWriter::kDepthMax, ']'));
}

TEST(JsonWriter, MistakesInNestingEndTheProcess) {
  const auto dies = [](auto body) {
    EXPECT_DEATH(
        {
          std::string out;
          JsonWriter json(out);
          body(json);
        },
        "check failed");
  };
  dies([](JsonWriter& json) { json.begin_object(), json.value(1); });
  dies([](JsonWriter& json) { json.begin_object(), json.end_array(); });
  dies([](JsonWriter& json) { json.begin_array(), json.key("k"); });
  dies([](JsonWriter& json) { json.begin_object(), json.key("k"), json.end_object(); });
  dies([](JsonWriter& json) { json.begin_object(), json.key("k"), json.key("k"); });
  dies([](JsonWriter& json) { json.end_object(); });
  dies([](JsonWriter& json) { json.key("k"); });
  dies([](JsonWriter& json) { json.value(1), json.value(2); });
}

}  // namespace
}  // namespace svc
