// command_line.h — argv to an Invocation, by the table in commands.h. CLI11 stays behind it.
#pragma once

#include <string>
#include <variant>

#include "cmd/svcctl/invocation.h"

namespace svc {

// --help, --version, or a mistake: print `text` (to stderr unless status is 0) and leave.
struct CommandLineExit {
  int status = 0;
  std::string text;
};

std::variant<Invocation, CommandLineExit> parse_command_line(int argc, const char* const* argv);

}  // namespace svc
