#include "core/builtin/content_coding.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/http/message.h"

namespace svc {
namespace {

constexpr int kFull = 1000;  // q=1, in thousandths.

std::string_view trim_blanks(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return trim_blanks(part);
}

// "0.75" → 750. What is no weight (RFC 9110 12.4.2) wants nothing.
int weight_of(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1') || text.size() > 5) return 0;
  int weight = (text[0] - '0') * kFull;
  if (text.size() > 1 && text[1] != '.') return 0;
  int unit = kFull / 10;
  for (const char digit : text.substr(std::min<size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return 0;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  return std::min(weight, kFull);
}

struct Wishes {
  std::array<std::optional<int>, kContentCodings.size()> codings;
  std::optional<int> identity;
  std::optional<int> others;  // "*"

  void take(std::string_view name, int weight) {
    if (name == "*") others = weight;
    if (iequals(name, "identity")) identity = weight;
    for (size_t i = 0; i < codings.size(); ++i) {
      const bool same = iequals(name, kContentCodings[i].name) ||
                        (kContentCodings[i].name == "gzip" && iequals(name, "x-gzip"));
      if (same) codings[i] = weight;
    }
  }
};

Wishes read_wishes(std::string_view field) {
  Wishes wishes;
  while (!field.empty()) {
    std::string_view item = take_until(field, ',');
    const std::string_view name = take_until(item, ';');
    int weight = kFull;
    while (!item.empty()) {
      const std::string_view parameter = take_until(item, ';');
      if (parameter.starts_with("q=") || parameter.starts_with("Q="))
        weight = weight_of(parameter.substr(2));
    }
    wishes.take(name, weight);
  }
  return wishes;
}

}  // namespace

std::vector<ContentCoding> wanted_codings(std::string_view accept_encoding) {
  const Wishes wishes = read_wishes(accept_encoding);
  std::vector<std::pair<int, size_t>> wanted;  // How little, and which.
  for (size_t i = 0; i < kContentCodings.size(); ++i) {
    const int weight = wishes.codings[i].value_or(wishes.others.value_or(0));
    if (weight > 0 && weight >= wishes.identity.value_or(0)) wanted.emplace_back(-weight, i);
  }
  std::ranges::sort(wanted);
  std::vector<ContentCoding> codings;
  for (const auto& [little, which] : wanted) codings.push_back(kContentCodings[which]);
  return codings;
}

}  // namespace svc
