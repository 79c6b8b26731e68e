// symbols_support.h — frames resolved in this process, as a list.
#pragma once

#include <string>
#include <vector>

#include "core/process/symbols.h"

namespace svc {

inline std::vector<std::string> resolved(const std::vector<std::string>& frames,
                                         const PinnedModule& module = {}) {
  std::vector<std::string> lines;
  resolve_frames(frames, module, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

}  // namespace svc
