// unit.h — the systemd unit that a host runs an environment by.
//
// Why: beside it, `svcctl start` would run the service as whoever calls it, root above all, and
// leave behind what the unit's user can't write to. What svcctl says therefore names the unit.
//
// Threads: pure but for the file system.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace svc {

using PathExists = std::function<bool(const char* path)>;

// "svcd@production" for /etc/svcd/production.toml; "" for any other file, and where no systemd runs
// or svcd@.service isn't installed.
std::string unit_of(std::string_view config_file, const PathExists& exists);
std::string unit_of(std::string_view config_file);  // On this host.

}  // namespace svc
