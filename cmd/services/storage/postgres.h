// postgres.h — PostgreSQL as a Database: libpq on the worker's loop, without a thread.
#pragma once

#include <memory>

#include "cmd/services/storage/database.h"

namespace storage {

// `settings.url` as libpq takes it, with host, password and TLS options.
std::unique_ptr<Database> open_postgres(const Settings& settings);

}  // namespace storage
