// settings_document.h — a configuration as the master shows it (`config show --json`), read back,
// and compared with that of the file. simdjson stays behind it.
//
//   {"file","files":[…],"settings":{"service.users.threads":{"value":4,"origin":"default"},…}}
//
// Why compare what is shown: the master hands out no more. Values out of ${file:…} are shown as
// they were written, so that a secret which changed behind the same name is no difference here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace svc {

struct ShownSetting {
  std::string path;    // "service.users.threads"
  std::string value;   // As JSON.
  std::string origin;  // "default", "file shop.toml:12:3"
};

// In the document's order. Errors: protocol_error.
Result<std::vector<ShownSetting>> parse_settings(std::string_view json);

struct ShownChange {
  std::string path;           // Of a setting; of a service that came or went: "service.users".
  std::string running, next;  // As JSON; empty: not there.
  std::string_view needs;     // "reload", "generation", "restart" (config/schema.h).
};
std::vector<ShownChange> compare_settings(const std::vector<ShownSetting>& running,
                                          const std::vector<ShownSetting>& next);

}  // namespace svc
