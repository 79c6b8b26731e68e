// generation.h — what the workers of one generation have in common: configuration, code, user.
//
// Why the module is opened here: code belongs to a generation. Whatever is at the path later, a
// respawn or a roll-back runs what was promoted (workers open /proc/self/fd/N).
//
// Process: the master. Shared (shared_ptr) by its workers, the last of whom may be a backtrace that
// still reads symbols from the module.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/config.h"
#include "core/base/fd.h"
#include "core/base/log_target.h"
#include "core/process/credentials.h"
#include "core/process/facts.h"
#include "core/process/regions.h"

namespace svc {

struct Generation {
  uint64_t number = 0;
  ServiceConfig config;
  size_t workers = 1;  // To start with.
  Credentials credentials;
  Fd module;               // Invalid for a builtin.
  LogTarget access_log;    // Nowhere: it has none of its own.
  ServiceRegions regions;  // Before its first worker is forked: none.
  std::string routes;      // Rows (route_row.h), as its first ready worker told them.

  // "POST /orders", or "route 7" for what the table doesn't have.
  std::string route_name(uint64_t route) const;
  size_t route_count() const noexcept;
};

// Errors: the module can't be opened or is no file; unknown users and groups.
Result<std::shared_ptr<Generation>> make_generation(uint64_t number, const ServiceConfig& config,
                                                    const MasterConfig& master);

// Whose processes its workers are.
Result<Credentials> credentials_of(const ServiceConfig& config, const MasterConfig& master);
// The same code and configuration under another number. Errors: fcntl(2), F_DUPFD_CLOEXEC.
Result<std::shared_ptr<Generation>> copy_generation(uint64_t number, const Generation& from);

// The same file again, after it has been renamed. Errors: open(2); the former one stays.
Result<> reopen_access_log(Generation& generation);

Policy policy_of(const ServiceConfig& config);

}  // namespace svc
