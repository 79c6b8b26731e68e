#include "core/builtin/metrics_text.h"

#include <array>
#include <charconv>
#include <chrono>

#include "core/base/utf8.h"

namespace svc {
namespace {

constexpr std::string_view kTypeNames[] = {"counter", "gauge", "histogram"};

std::string shortest(double value) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return std::string(digits.data(), end);
}

double in_seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

// le="0.001", for each bucket.
const std::array<std::string, kLatencyBuckets>& bound_labels() {
  static const auto kLabels = [] {
    std::array<std::string, kLatencyBuckets> labels;
    for (size_t i = 0; i < kLatencyBounds.size(); ++i) {
      std::array<char, 32> digits;  // Without an exponent, for those who read it.
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                     in_seconds(kLatencyBounds[i]), std::chars_format::fixed);
      labels[i] = "le=\"" + std::string(digits.data(), end.ptr) + "\"";
    }
    labels.back() = "le=\"+Inf\"";
    return labels;
  }();
  return kLabels;
}

}  // namespace

MetricLabels& MetricLabels::add(std::string_view name, std::string_view value) {
  // Names on the board are claims, perhaps cut: a scraper refuses all of a text that is no UTF-8.
  std::string repaired;
  if (!utf8_valid(value)) {
    append_utf8_repaired(repaired, value);
    value = repaired;
  }
  if (!text_.empty()) text_ += ',';
  text_.append(name).append("=\"");
  for (const char c : value) {
    if (c == '\\' || c == '"') text_ += '\\';
    if (c == '\n')
      text_ += "\\n";
    else
      text_ += c;
  }
  text_ += '"';
  return *this;
}

void MetricsText::family(const MetricFamily& family) {
  family_ = family.name;
  out_.append("# HELP ").append(family.name).append(" ").append(family.help);
  out_.append("\n# TYPE ").append(family.name).append(" ");
  out_.append(kTypeNames[static_cast<size_t>(family.type)]).append("\n");
}

void MetricsText::name(std::string_view suffix, const MetricLabels& labels, std::string_view more) {
  out_.append(family_).append(suffix);
  const std::string& text = labels.text();
  if (!text.empty() || !more.empty()) {
    out_.append("{").append(text).append(text.empty() || more.empty() ? "" : ",");
    out_.append(more).append("}");
  }
  out_ += ' ';
}

void MetricsText::number(uint64_t value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end).append("\n");
}

void MetricsText::number(double value) { out_.append(shortest(value)).append("\n"); }

void MetricsText::sample(const MetricLabels& labels, uint64_t value) {
  name("", labels, "");
  number(value);
}

void MetricsText::sample(const MetricLabels& labels, double value) {
  name("", labels, "");
  number(value);
}

void MetricsText::histogram(const MetricLabels& labels, const LatencyCounts& counts,
                            uint64_t sum_ns) {
  uint64_t below = 0;
  for (size_t i = 0; i < kLatencyBuckets; ++i) {
    below += counts[i];
    name("_bucket", labels, bound_labels()[i]);
    number(below);
  }
  name("_sum", labels, "");
  number(static_cast<double>(sum_ns) / 1e9);
  name("_count", labels, "");
  number(below);
}

}  // namespace svc
