// checks.h — what would keep a valid configuration from being served on this host, without starting
// anything: modules, addresses, rights.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace svc {

struct Finding {
  std::string setting;  // "service.users.module"
  std::string message;
  std::string text() const { return setting + ": " + message; }
};

// Whether addresses are tried by binding them for a moment. Not those of a server that runs.
enum class AddressCheck : uint8_t { bound, not_bound };

std::vector<Finding> check_installation(const Config& config, AddressCheck addresses);

// What whoever checks can do, and the user of the unit that will run it can't: modules are read.
// `unit`: "svcd@shop". Nothing where it is no root who checks.
std::vector<Finding> check_for_unit(const Config& config, const std::string& unit,
                                    const std::string& user);

}  // namespace svc
