// chain.h — a file and what it extends, merged: later ones win over what they extend.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/errors.h"
#include "config/load.h"
#include "config/tree.h"

namespace svc {

inline constexpr size_t kFileSizeMax = 1024 * 1024;
inline constexpr size_t kChainDepthMax = 16;
inline constexpr size_t kChainFilesMax = 32;

struct Chain {
  Node root;                       // `extends` is gone from it.
  std::vector<std::string> files;  // Real paths: the file itself first.
};

// Relative names in `extends` start at the directory of the file that says so. A file may be
// reached twice, but not from itself. nullopt: errors have been reported.
std::optional<Chain> load_chain(const LoadRequest& request, ConfigErrors& errors);

}  // namespace svc
