#include "core/sdk/testing/answer.h"

#include <charconv>
#include <ostream>

#include "core/http/message.h"

namespace svc::testing {
namespace {

void take_field(std::string_view line, ServerEvent& event, bool& any) {
  const size_t colon = line.find(':');
  if (colon == 0) return;  // A comment.
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  any = true;
  if (name == "event") event.event = value;
  if (name == "id") event.id = value;
  if (name == "data") event.data.append(event.data.empty() ? "" : "\n").append(value);
  uint64_t retry = 0;
  if (name == "retry" &&
      std::from_chars(value.data(), value.data() + value.size(), retry).ec == std::errc())
    event.retry_ms = retry;
}

}  // namespace

std::optional<std::string> Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (iequals(key, name)) return value;
  }
  return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  constexpr size_t kShownMax = 500;
  out << answer.status << ' ' << answer.header("Content-Type").value_or("without Content-Type");
  out << ", " << answer.body.size() << " bytes";
  if (!answer.body.empty()) out << ": " << answer.body.substr(0, kShownMax);
  if (answer.body.size() > kShownMax) out << "…";
  if (!answer.parts.empty()) out << " (in " << answer.parts.size() << " parts)";
  if (answer.cut) out << " (cut)";
  return out;
}

std::optional<ServerEvent> take_event(std::string& text) {
  for (size_t end; (end = text.find("\n\n")) != text.npos;) {
    const std::string block = text.substr(0, end + 1);
    text.erase(0, end + 2);
    ServerEvent event;
    bool any = false;
    for (size_t at = 0; at < block.size();) {
      const size_t line_end = block.find('\n', at);
      take_field(std::string_view(block).substr(at, line_end - at), event, any);
      at = line_end + 1;
    }
    if (any) return event;
  }
  return std::nullopt;
}

}  // namespace svc::testing
