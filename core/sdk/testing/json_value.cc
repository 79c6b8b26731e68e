#include "core/sdk/testing/json_value.h"

#include <simdjson.h>

#include <algorithm>

namespace svc::testing {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string json_text(element value) { return simdjson::minify(value); }

bool is_number(element value) { return value.is<double>(); }

class Comparison {
 public:
  explicit Comparison(bool partly) : partly_(partly) {}

  std::optional<std::string> compare(element expected, element actual, const std::string& at) {
    if (is_number(expected) && is_number(actual)) {
      // Integers as such: beyond 2^53 two of them are one double.
      if (expected.type() == actual.type() && json_text(expected) == json_text(actual)) return {};
      if (expected.type() != actual.type() && double(expected) == double(actual)) return {};
      return differ(expected, actual, at);
    }
    if (expected.type() != actual.type()) return differ(expected, actual, at);
    if (expected.type() == element_type::OBJECT)
      return objects(simdjson::dom::object(expected), simdjson::dom::object(actual), at);
    if (expected.type() == element_type::ARRAY)
      return arrays(simdjson::dom::array(expected), simdjson::dom::array(actual), at);
    if (json_text(expected) == json_text(actual)) return {};
    return differ(expected, actual, at);
  }

 private:
  static std::optional<std::string> differ(element expected, element actual,
                                           const std::string& at) {
    return (at.empty() ? "it" : at) + " is " + json_text(actual) + " instead of " +
           json_text(expected);
  }

  std::optional<std::string> objects(simdjson::dom::object expected, simdjson::dom::object actual,
                                     const std::string& at) {
    for (const auto& [key, value] : expected) {
      element other;
      const std::string path = at + "." + std::string(key);
      if (actual.at_key(key).get(other) != simdjson::SUCCESS) return path + " is missing";
      if (auto found = compare(value, other, path)) return found;
    }
    for (const auto& [key, value] : actual) {
      element other;
      if (!partly_ && expected.at_key(key).get(other) != simdjson::SUCCESS)
        return at + "." + std::string(key) + " is there: " + json_text(value);
    }
    return {};
  }

  std::optional<std::string> arrays(simdjson::dom::array expected, simdjson::dom::array actual,
                                    const std::string& at) {
    if (expected.size() != actual.size())
      return (at.empty() ? "it" : at) + " has " + std::to_string(actual.size()) +
             " elements instead of " + std::to_string(expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      if (auto found = compare(expected.at(i).value(), actual.at(i).value(),
                               at + "[" + std::to_string(i) + "]"))
        return found;
    }
    return {};
  }

  bool partly_;
};

bool is_place(simdjson::dom::array loc, const std::vector<std::string>& place) {
  if (loc.size() != place.size()) return false;
  size_t i = 0;
  for (const element part : loc) {
    std::string_view name;
    const std::string text =
        part.get(name) == simdjson::SUCCESS ? std::string(name) : json_text(part);
    if (text != place[i++]) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> json_difference(std::string_view expected, std::string_view actual,
                                           bool partly) {
  simdjson::dom::parser expecting, parsing;
  element wanted, got;
  if (expecting.parse(simdjson::padded_string(expected)).get(wanted) != simdjson::SUCCESS)
    return "what is expected is no JSON";
  if (parsing.parse(simdjson::padded_string(actual)).get(got) != simdjson::SUCCESS)
    return "it is no JSON: " + std::string(actual.substr(0, 200));
  return Comparison(partly).compare(wanted, got, "");
}

bool has_issue(std::string_view answer, const std::vector<std::string>& place) {
  simdjson::dom::parser parser;
  element root;
  simdjson::dom::array issues;
  if (parser.parse(simdjson::padded_string(answer)).get(root) != simdjson::SUCCESS ||
      root["detail"].get(issues) != simdjson::SUCCESS)
    return false;
  return std::any_of(issues.begin(), issues.end(), [&](element issue) {
    simdjson::dom::array loc;
    return issue["loc"].get(loc) == simdjson::SUCCESS && is_place(loc, place);
  });
}

}  // namespace svc::testing
