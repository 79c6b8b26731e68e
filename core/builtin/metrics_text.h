// metrics_text.h — the text that Prometheus reads, version 0.0.4.
//
//   MetricsText text(out);
//   text.family({"svcd_up", MetricType::gauge, "1 while …"});
//   text.sample({{"service", "users"}}, 1);
//
// https://prometheus.io/docs/instrumenting/exposition_formats/: label values escape backslash,
// quote and line feed; names here are literals of ours. Thread: any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/board/latency.h"

namespace svc {

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

enum class MetricType : uint8_t { counter, gauge, histogram };

struct MetricFamily {
  std::string_view name;
  MetricType type;
  std::string_view help;  // One line without a backslash.
};

// name="value", joined by commas; made once where several samples have them.
class MetricLabels {
 public:
  MetricLabels& add(std::string_view name, std::string_view value);
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

class MetricsText {
 public:
  explicit MetricsText(std::string& out) noexcept : out_(out) {}

  void family(const MetricFamily& family);  // All samples of it follow.
  void sample(const MetricLabels& labels, uint64_t value);
  void sample(const MetricLabels& labels, double value);
  // All buckets, the sum in seconds, the count.
  void histogram(const MetricLabels& labels, const LatencyCounts& counts, uint64_t sum_ns);

 private:
  void name(std::string_view suffix, const MetricLabels& labels, std::string_view more);
  void number(uint64_t value);
  void number(double value);

  std::string& out_;
  std::string_view family_;
};

}  // namespace svc
