// commands.h — the table of what can be asked of a running master: one row a command, from which
// the server's dispatch, svcctl's requests and svcctl(1) come.
#pragma once

#include <span>
#include <string_view>

#include "core/base/api.h"

namespace svc {

enum class ControlCommand : uint8_t { status, stop, reload, config, routes, log_target, version, reopen };

struct CommandRow {
  ControlCommand command;
  std::string_view name;        // On the wire.
  int arguments_min, arguments_max;
  std::string_view arguments;   // "[SERVICE]"
  std::string_view does;        // One line.
};

SVC_API std::span<const CommandRow> control_commands() noexcept;
SVC_API const CommandRow* find_control_command(std::string_view name) noexcept;

}  // namespace svc
