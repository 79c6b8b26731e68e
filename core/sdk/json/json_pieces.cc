#include "core/sdk/json/json_pieces.h"

#include <algorithm>

namespace svc {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void skip_blanks(std::string_view& json) noexcept {
  json.remove_prefix(std::min(json.find_first_not_of(kBlanks), json.size()));
}

// How long the string at the front is, with its quotes.
size_t string_size(std::string_view json) noexcept {
  size_t at = 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
}

// How long the value at the front is.
size_t value_size(std::string_view json) noexcept {
  if (json.empty()) return 0;
  if (json.front() == '"') return string_size(json);
  if (json.front() != '{' && json.front() != '[') {
    return std::min(json.find_first_of(" \t\r\n,]}"), json.size());
  }
  size_t depth = 0;
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      at += string_size(json.substr(at));
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return json.size();
}

std::string_view take(std::string_view& json, size_t size) noexcept {
  const std::string_view taken = json.substr(0, size);
  json.remove_prefix(size);
  return taken;
}

}  // namespace

JsonPieces::JsonPieces(std::string_view json) noexcept {
  skip_blanks(json);
  if (json.empty() || (json.front() != '{' && json.front() != '[')) return;
  named_ = json.front() == '{';
  rest_ = json.substr(1);
}

std::string_view JsonPieces::next() noexcept {
  skip_blanks(rest_);
  if (!rest_.empty() && rest_.front() == ',') take(rest_, 1);
  skip_blanks(rest_);
  if (rest_.empty() || rest_.front() == '}' || rest_.front() == ']') return {};
  if (named_) {
    take(rest_, string_size(rest_));
    skip_blanks(rest_);
    if (!rest_.empty()) take(rest_, 1);  // Its colon.
    skip_blanks(rest_);
  }
  return take(rest_, value_size(rest_));
}

std::string compact_json(std::string_view json) {
  std::string compact;
  compact.reserve(json.size());
  while (!json.empty()) {
    if (json.front() == '"') {
      compact.append(take(json, string_size(json)));
    } else {
      compact.append(take(json, std::min(json.find_first_of(" \t\r\n\""), json.size())));
      skip_blanks(json);
    }
  }
  return compact;
}

}  // namespace svc
