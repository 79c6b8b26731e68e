// judge.h — what reading a value says, in one line: for the tests of types.
#pragma once

#include <string>
#include <string_view>

#include "core/sdk/json/json.h"
#include "core/sdk/types/read_scalar.h"

namespace svc::testing {

inline std::string spell_issues(const Issues& issues) {
  std::string all;
  for (const Issue& issue : issues.list()) {
    const std::string place = describe_issues({&issue, 1});
    all += (all.empty() ? "" : ", ") + place.substr(0, place.find(": ")) + " " + issue.type;
  }
  return all;
}

// "ok", the syntax error, or "loc type" of each issue, of a JSON text.
template <class T>
std::string judge(std::string_view json, T* out = nullptr) {
  T value{};
  Issues issues;
  const auto read = from_json(json, value, issues);
  if (!read) return read.error().text;
  if (out != nullptr) *out = std::move(value);
  return issues.empty() ? "ok" : spell_issues(issues);
}

// The JSON that is written for what was read, or what is wrong with it.
template <class T>
std::string again(std::string_view json) {
  T value{};
  const std::string verdict = judge(json, &value);
  return verdict == "ok" ? to_json(value) : verdict;
}

// The same of a text outside of JSON (a path, a query); quotes may be around what is written.
template <class T>
std::string from_text(std::string_view text) {
  T value{};
  Issues issues;
  read_text(text, type_info<T>(), &value, InputPlace::of("text"), issues);
  return issues.empty() ? to_json(value) : spell_issues(issues);
}

}  // namespace svc::testing
