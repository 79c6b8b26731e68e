#include "cmd/svcctl/ready_report.h"

#include <algorithm>

namespace svc {
namespace {

constexpr std::string_view kProgress = "progress ";
constexpr std::string_view kError = "error ";

}  // namespace

void ReadyReport::feed(std::string_view bytes) {
  pending_.append(bytes.substr(0, kTextMax - std::min(kTextMax, pending_.size())));
  while (verdict_ == Verdict::none) {
    // Not line by line: a reason with several lines must not be taken for other reports.
    if (pending_.starts_with(kError)) {
      pending_.erase(0, kError.size());
      verdict_ = Verdict::error;
      return;
    }
    const size_t end = pending_.find('\n');
    if (end == pending_.npos) return;
    const std::string line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    take_line(line);
  }
}

void ReadyReport::take_line(std::string_view line) {
  if (line == "ready" || line.starts_with("ready ")) {
    verdict_ = Verdict::ready;
  } else if (line.starts_with(kProgress) && on_progress_) {
    on_progress_(line.substr(kProgress.size()));
  }
}

std::string ReadyReport::reason() const {
  if (verdict_ != Verdict::error) return "";
  const size_t end = pending_.find_last_not_of("\r\n ");
  return end == pending_.npos ? "" : pending_.substr(0, end + 1);
}

}  // namespace svc
