// log_lines.h — a text of several lines into the log: deaths with their frames, lists of mistakes.
#pragma once

#include <string_view>

#include "core/base/log.h"

namespace svc {

void log_lines(LogLevel level, std::string_view text);

}  // namespace svc
