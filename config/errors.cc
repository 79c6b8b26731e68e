#include "config/errors.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/base/utf8.h"

namespace svc {
namespace {

struct Excerpt {
  std::string text;
  size_t caret = 0;
};

// The part of `line` around `column` (from 1, in characters), safe to print: no control character
// may move the cursor, so that the caret stands where it should.
Excerpt cut_excerpt(std::string_view line, uint32_t column) {
  constexpr size_t kBefore = ConfigErrors::kExcerptMax * 2 / 3;
  const size_t wanted = column == 0 ? 0 : column - 1;
  const size_t first = wanted > kBefore ? wanted - kBefore : 0;
  Excerpt excerpt;
  if (first > 0) excerpt.text = "...";
  excerpt.caret = wanted - first + excerpt.text.size();
  for (size_t at = 0; !line.empty(); ++at) {
    if (at == first + ConfigErrors::kExcerptMax) {
      excerpt.text += "...";
      break;
    }
    const Utf8Step step = utf8_next(line);
    line.remove_prefix(step.size);
    if (at < first) continue;
    const bool control =
        step.code_point < 0x20 || (step.code_point >= 0x7f && step.code_point < 0xa0);
    append_utf8(excerpt.text, control ? U' ' : step.code_point);
  }
  return excerpt;
}

std::string place_text(const ConfigError& error) {
  if (error.place.line == 0) return error.place.file;
  return fmt::format("{}:{}:{}", error.place.file, error.place.line, error.place.column);
}

}  // namespace

void ConfigErrors::add(Place place, std::string message, std::string hint,
                       std::string_view line_text, bool numbered) {
  if (full()) return omit();
  ConfigError error;
  if (!line_text.empty()) {
    Excerpt excerpt = cut_excerpt(line_text, place.column);
    error.excerpt = std::move(excerpt.text);
    error.caret = excerpt.caret;
  }
  error.place = std::move(place);
  if (!numbered) error.place.line = error.place.column = 0;
  error.message = std::move(message);
  error.hint = std::move(hint);
  list_.push_back(std::move(error));
}

void ConfigErrors::sort() {
  std::vector<std::string> files;
  for (const ConfigError& error : list_)
    if (std::ranges::find(files, error.place.file) == files.end())
      files.push_back(error.place.file);
  // Of two at the same place the one that was found first comes first.
  const auto rank = [&](size_t index) {
    const Place& place = list_[index].place;
    return std::tuple(std::ranges::find(files, place.file) - files.begin(), place.line,
                      place.column, index);
  };
  std::vector<size_t> order(list_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, rank);
  std::vector<ConfigError> sorted;
  sorted.reserve(list_.size());
  for (const size_t index : order) sorted.push_back(std::move(list_[index]));
  list_ = std::move(sorted);
}

std::string ConfigErrors::text() const {
  std::string text;
  for (const ConfigError& error : list_) {
    if (!text.empty()) text += '\n';
    const std::string place = place_text(error);
    if (!place.empty()) text += place + ": ";
    text += error.message;
    if (error.excerpt.empty()) {
      if (!error.hint.empty()) text += "; " + error.hint;
      continue;
    }
    text += fmt::format("\n    {}\n    {:>{}}", error.excerpt, "^", error.caret + 1);
    if (!error.hint.empty()) text += " " + error.hint;
  }
  if (omitted_ > 0) text += fmt::format("\nand {} more", omitted_);
  return text;
}

Error ConfigErrors::to_error() const { return Error::invalid(text()); }

void ConfigErrors::write_json(JsonWriter& json) const {
  json.array([&] {
    for (const ConfigError& error : list_) {
      json.object([&] {
        if (!error.place.file.empty()) json.field("file", error.place.file);
        if (error.place.line != 0) {
          json.field("line", error.place.line);
          json.field("column", error.place.column);
        }
        json.field("message", error.message);
        if (!error.hint.empty()) json.field("hint", error.hint);
      });
    }
  });
}

}  // namespace svc
