// json_fuzz.cc — any text as the JSON of a struct that has every kind of member, and as each piece
// that can stand in a query.
//
// Beyond not crashing: what is read without an issue is written as JSON that reads back to the same
// text, and no text of an issue is longer than a line.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/sdk/json/json.h"
#include "core/sdk/json/ordinary_json.h"
#include "core/sdk/types/read_scalar.h"

namespace svc {
namespace {

enum class Color { red, green };
struct Cat {
  Literal<"cat"> type;
  int lives;
};
struct Dog {
  Literal<"dog"> type;
  std::optional<bool> barks;
};
struct Part {
  Int<1, 5> qty;
  Number<above(0), 100> price;
  std::vector<Part> parts;
  void check(Issues& issues) const {
    if (qty > 3 && parts.empty()) issues.add("parts", "are needed for more than three");
  }
};
struct All {
  std::optional<bool> flag;
  std::optional<uint8_t> small;
  std::optional<uint64_t> large;
  std::optional<float> single;
  std::optional<Text<1, 4>> text;
  std::optional<Email> mail;
  std::optional<Url> url;
  std::optional<Uuid> id;
  std::optional<Bytes> data;
  std::optional<Pattern<"^(a|b)+$">> code;
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> at;
  std::optional<std::chrono::year_month_day> day;
  std::optional<std::chrono::hh_mm_ss<std::chrono::seconds>> time;
  std::optional<std::chrono::milliseconds> wait;
  std::optional<Color> color;
  std::optional<std::variant<bool, int, double, Color, std::string, std::vector<int>, Cat, Dog,
                             std::map<std::string, int>>>
      any;
  Default<std::vector<bool>> flags;
  Default<std::set<std::string>> names;
  std::optional<std::array<int, 2>> pair;
  std::optional<List<Part, 1, 3>> parts;
  std::optional<Json> raw;
};

// What was written and read is written the same again: nothing gets lost on the way.
template <class T>
void check_again(const T& value) {
  const std::string text = to_json(value);
  T second{};
  Issues issues;
  SVC_CHECK(from_json(text, second, issues).has_value());
  SVC_CHECK(issues.empty());
  SVC_CHECK(to_json(second) == text);
}

void check_issues(const Issues& issues) {
  SVC_CHECK(issues.list().size() <= Issues::kMax);
  for (const Issue& issue : issues.list()) {
    SVC_CHECK(!issue.type.empty() && !issue.msg.empty() && issue.msg.size() < 400);
  }
}

template <class T>
void fuzz_text(std::string_view text) {
  T value{};
  Issues issues;
  read_text(text, type_info<T>(), &value, InputPlace::of("query"), issues);
  check_issues(issues);
  if (issues.empty()) check_again(value);
}

// The short way for ordinary text says nothing else than the library does.
void check_both_ways(std::string_view text) {
  All by_short_way{};
  if (!read_ordinary_json(text, type_info<All>(), &by_short_way)) return;
  All by_library{};
  Issues issues;
  SVC_CHECK(read_any_json(text, type_info<All>(), &by_library, InputPlace::of("body"), issues));
  SVC_CHECK(issues.empty());
  SVC_CHECK(to_json(by_short_way) == to_json(by_library));
}

}  // namespace
}  // namespace svc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace svc;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  All all{};
  Issues issues;
  if (const auto read = from_json(input, all, issues)) {
    check_issues(issues);
    if (issues.empty()) check_again(all);
  } else {
    SVC_CHECK(!read.error().text.empty());
  }
  check_both_ways(input);
  fuzz_text<std::chrono::sys_time<std::chrono::milliseconds>>(input);
  fuzz_text<std::chrono::milliseconds>(input);
  fuzz_text<std::chrono::year_month_day>(input);
  fuzz_text<Email>(input);
  fuzz_text<Url>(input);
  fuzz_text<Bytes>(input);
  fuzz_text<std::variant<int, Color, Uuid, std::string>>(input);
  return 0;
}
