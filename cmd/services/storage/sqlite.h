// sqlite.h — SQLite as a Database: a file beside the service, shared by all of its workers.
#pragma once

#include <memory>
#include <string>

#include "cmd/services/storage/database.h"

namespace storage {

// The folder of `path` is made if it isn't there, the file with mode 0600: it holds what only the
// service is to read. Throws std::runtime_error where that fails.
std::unique_ptr<Database> open_sqlite(std::string path, const Settings& settings);

}  // namespace storage
