#include "core/control/commands.h"

#include <array>

namespace svc {
namespace {

using enum ControlCommand;

constexpr std::array kCommands = {
    CommandRow{status, "status", 0, 0, "", "how the master, its services and their workers are"},
    CommandRow{stop, "stop", 0, 1, "[now]", "drain, then stop; without draining if told now"},
    CommandRow{reload, "reload", 0, 1, "[SERVICE]", "start a new generation and promote it"},
    CommandRow{upgrade, "upgrade", 0, 0, "", "let the installed binary follow this one"},
    CommandRow{scale, "scale", 2, 2, "SERVICE N", "another number of workers, until a reload"},
    CommandRow{unquarantine, "unquarantine", 1, 2, "SERVICE [ROUTE]",
               "serve routes again that have crashed too often"},
    CommandRow{config, "config", 0, 0, "", "the configuration in force"},
    CommandRow{routes, "routes", 0, 1, "[SERVICE]", "what the workers answer"},
    CommandRow{log_target, "log_target", 0, 0, "", "the path of the log file"},
    CommandRow{version, "version", 0, 0, "", "the version of the running master"},
    CommandRow{reopen, "reopen", 0, 0, "", "open the log file again, after it was renamed"},
};

}  // namespace

std::span<const CommandRow> control_commands() noexcept { return kCommands; }

const CommandRow* find_control_command(std::string_view name) noexcept {
  for (const CommandRow& row : kCommands)
    if (row.name == name) return &row;
  return nullptr;
}

}  // namespace svc
