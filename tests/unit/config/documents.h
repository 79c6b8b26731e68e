// documents.h — a document printed from the table, and the copy of it in the repository.
#pragma once

#include <string>

#include "config/files.h"

namespace svc::testing {

inline std::string committed(const std::string& path) {
  return FileSource::disk().read(std::string(SVC_SOURCE_DIR) + "/" + path, 1 << 20).value_or("");
}

}  // namespace svc::testing
