#include "core/board/routes.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <unordered_map>

#include "core/base/check.h"
#include "core/board/board.h"

namespace svc {
namespace {

constexpr size_t kHashDigits = 16;
constexpr std::string_view kCut = "~";

// FNV-1a, of which nothing is asked but that two names differ.
uint64_t name_hash(std::string_view text) noexcept {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

std::string hex(uint64_t number) {
  std::array<char, kHashDigits> digits;
  digits.fill('0');
  std::array<char, kHashDigits> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr;
  std::copy(text.data(), end, digits.data() + digits.size() - (end - text.data()));
  return std::string(digits.data(), digits.size());
}

bool is_inside_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

size_t used_rows(const WorkerSlot& slot, size_t rows) noexcept {
  return static_cast<size_t>(std::min<uint64_t>(slot.routes_used.get_published(), rows));
}

// A key as it was put together; anything else is nobody's.
bool split_key(std::string_view key, RouteTotals& into) {
  const size_t first = key.find(' ');
  const size_t second = first == key.npos ? key.npos : key.find(' ', first + 1);
  if (second == key.npos || second + 1 == key.size()) return false;
  into.service = key.substr(0, first);
  into.method = key.substr(first + 1, second - first - 1);
  into.route = key.substr(second + 1);
  return true;
}

void add_row(RouteTotals& total, const RouteSlot& row, bool alive) noexcept {
  if (alive) total.in_flight += row.in_flight.get();
  for (size_t i = 0; i < kStatusClasses; ++i) total.answers[i] += row.answers[i].get();
  total.failed += row.failed.get();
  total.bytes_in += row.bytes_in.get();
  total.bytes_out += row.bytes_out.get();
  total.took_ns += row.took_ns.get();
  for (size_t i = 0; i < kLatencyBuckets; ++i) total.took[i] += row.took[i].get();
}

}  // namespace

std::string route_key(std::string_view service, std::string_view method, std::string_view pattern) {
  constexpr size_t kMax = decltype(RouteSlot::key)::kMax;
  std::string key;
  key.append(service).append(" ").append(method).append(" ").append(pattern);
  if (key.size() <= kMax) return key;
  const std::string hash = hex(name_hash(key));
  size_t end = kMax - kCut.size() - hash.size();
  while (end > 0 && is_inside_character(key[end])) --end;
  return key.substr(0, end).append(kCut).append(hash);
}

RouteSlot& take_route(WorkerSlot& slot, std::span<RouteSlot> rows, std::string_view service,
                      std::string_view method, std::string_view pattern) {
  SVC_CHECK(!rows.empty());
  const std::string key = route_key(service, method, pattern);
  const size_t used = used_rows(slot, rows.size());
  std::string found;
  for (size_t i = 0; i < used; ++i) {
    rows[i].key.read(found);
    if (found == key) return rows[i];
  }
  if (used == rows.size()) return rows.back();
  const bool last = used + 1 == rows.size();
  RouteSlot& taken = rows[used];
  taken.key.set(last ? route_key(service, kAnyMethod, kOtherRoutes) : key);
  slot.routes_used.publish(used + 1);  // Killed before: the next owner takes it again.
  return taken;
}

uint64_t RouteTotals::answered() const noexcept {
  uint64_t sum = 0;
  for (size_t status_class = 2; status_class < kStatusClasses; ++status_class)
    sum += answers[status_class];
  return sum;
}

std::vector<RouteTotals> route_totals(const Board& board, std::span<const size_t> alive) {
  std::vector<RouteTotals> totals;
  std::unordered_map<std::string, size_t> places;
  std::string key;
  for (size_t i = 0; i < board.slots_used(); ++i) {
    const std::span<const RouteSlot> rows = board.routes(i);
    const size_t used = used_rows(board.slot(i), rows.size());
    const bool counts = std::ranges::binary_search(alive, i);
    for (const RouteSlot& row : rows.first(used)) {
      row.key.read(key);
      const auto [place, is_new] = places.try_emplace(key, totals.size());
      if (is_new) {
        RouteTotals total;
        if (!split_key(key, total)) {
          places.erase(place);
          continue;
        }
        totals.push_back(std::move(total));
      }
      add_row(totals[place->second], row, counts);
    }
  }
  std::ranges::sort(
      totals, {}, [](const RouteTotals& it) { return std::tie(it.service, it.route, it.method); });
  return totals;
}

}  // namespace svc
