#include "core/sdk/types/readable_name.h"

#include <utility>
#include <vector>

namespace svc {
namespace {

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The names in it, without the namespaces that they are in.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  size_t at = 0;
  while (at < text.size()) {
    if (!is_word(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    at = end;
    const bool scope = text.substr(end).starts_with("::");
    const bool nameless = word == "anonymous" || word == "namespace" || word == "unnamed";
    if (!scope && !nameless) words.push_back(word);
  }
  return words;
}

}  // namespace

std::string readable_name(std::string_view compilers) {
  std::string name;
  bool string = false;  // Its argument follows.
  for (const std::string_view word : words_of(compilers)) {
    if (std::exchange(string, false) && word == "char") continue;
    string = word == "basic_string";
    if (!name.empty()) name += '_';
    name += string ? std::string_view("string") : word;
  }
  return name.empty() ? "Type" : name;
}

}  // namespace svc
