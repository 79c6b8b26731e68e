// commands.h — the table of what can be asked of a running master: one row a command, from which
// the server's dispatch, svcctl's requests and svcctl(1) come.
//
//   command            answered with (besides progress; done carries 0 or 1 and a sentence)
//   status             document: what `svcctl status --json` prints
//   stop [now]         progress while workers drain; done when the last has gone
//                      "now", or a second stop: without waiting for what runs
//   reload [SERVICE]   progress; done 0 when promoted, 1 with the reason when the old was kept
//   upgrade            progress; done 0 when a successor serves, 1 with the reason when all stayed
//   scale SERVICE N    done 0 when the service has so many workers, 1 with the reason if it can't
//   unquarantine SERVICE [ROUTE]
//                      done 0 with how many routes are served again, 1 with the reason
//   config             document: the configuration in force, as `config show --json` prints it
//   routes [SERVICE]   document: {"services":[{"name","routes":[{"method","pattern"}]}]}
//   log_target         done's line: path of the log file, empty when [log] target is none
//   version            done's line: the version of the running master
//   reopen             done when the log has been opened again
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/api.h"

namespace svc {

enum class ControlCommand : uint8_t {
  status,
  stop,
  reload,
  upgrade,
  scale,
  unquarantine,
  config,
  routes,
  log_target,
  version,
  reopen
};

struct CommandRow {
  ControlCommand command;
  std::string_view name;  // On the wire.
  int arguments_min, arguments_max;
  std::string_view arguments;  // "[SERVICE]"
  std::string_view does;       // One line.
};

SVC_API std::span<const CommandRow> control_commands() noexcept;
SVC_API const CommandRow* find_control_command(std::string_view name) noexcept;

}  // namespace svc
