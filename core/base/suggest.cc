#include "core/base/suggest.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace svc {
namespace {

constexpr size_t kLengthMax = 64;  // Nobody mistypes a longer name; keeps the work bounded.

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Insertions, deletions, replacements and swaps of neighbours; case is no difference.
size_t distance(std::string_view a, std::string_view b) {
  std::array<std::array<size_t, kLengthMax + 1>, 3> rows{};
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::optional<std::string_view> suggest(std::string_view name,
                                        std::span<const std::string_view> candidates) {
  if (name.empty() || name.size() > kLengthMax) return std::nullopt;
  std::optional<std::string_view> nearest;
  size_t nearest_distance = 0;
  for (const std::string_view candidate : candidates) {
    if (candidate.empty() || candidate.size() > kLengthMax) continue;
    const size_t longer = std::max(name.size(), candidate.size());
    const size_t apart = distance(name, candidate);
    // All letters replaced is no likeness, however short the name is.
    if (apart > std::max<size_t>(1, longer / 3) || apart >= longer) continue;
    if (nearest && apart >= nearest_distance) continue;
    nearest = candidate;
    nearest_distance = apart;
  }
  return nearest;
}

}  // namespace svc
