#include "core/process/log_lines.h"

#include <algorithm>

namespace svc {

void log_lines(LogLevel level, std::string_view text) {
  for (size_t end = 0; end != text.npos; text.remove_prefix(std::min(text.size(), end + 1))) {
    end = text.find('\n');
    log::write(level, text.substr(0, end));
    if (end == text.npos) break;
  }
}

}  // namespace svc
