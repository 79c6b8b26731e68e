#include "core/process/secrets.h"

#include <string.h>

namespace svc {
namespace {

// The map's keys and the strings' sizes stay: only the bytes are gone.
void blank(const std::string& text) noexcept {
  ::explicit_bzero(const_cast<char*>(text.data()), text.size());
}

}  // namespace

void wipe(ServiceConfig& service) noexcept {
  for (const auto& [name, value] : service.environment) blank(value);
  for (const Option& option : service.options)
    if (const auto* text = std::get_if<std::string>(&option.value)) blank(*text);
}

void wipe_others(MasterState& master, const std::string& kept) noexcept {
  for (Config* config : {&master.config, master.trial_config})
    if (config != nullptr)
      for (auto& [name, service] : config->services)
        if (name != kept) wipe(service);
  for (auto& [name, service] : master.services)
    for (auto& [number, generation] : service.generations)
      if (name != kept) wipe(generation->config);
}

}  // namespace svc
