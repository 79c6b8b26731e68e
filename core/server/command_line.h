// command_line.h — what svcd, or a service's own program, was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace svc {

struct CommandLine {
  std::string file;                    // -c
  std::string environment;             // --env
  std::vector<std::string> overrides;  // --set PATH=VALUE
  std::vector<std::string> listen;     // --listen: a service's own program only
  std::optional<uint32_t> workers;     // --workers: likewise
  int ready_fd = -1;                   // --ready-fd: where `svcctl start` listens
};

struct CommandLineExit {  // --help, --version, or a mistake: print and leave.
  int status = 0;
  std::string text;
};

// `standalone`: the service's name when it is its own program, else empty.
std::variant<CommandLine, CommandLineExit> parse_command_line(int argc, const char* const* argv,
                                                              std::string_view standalone);

}  // namespace svc
