// svcctl — manages svcd. The way through the code: command_line.h turns argv into an Invocation by
// the table in commands.h, whose row names the function that does it.
#include <fmt/core.h>

#include <cstdio>
#include <variant>

#include "cmd/svcctl/command_line.h"
#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"

int main(int argc, char** argv) {
  auto parsed = svc::parse_command_line(argc, argv);
  if (const auto* leave = std::get_if<svc::CommandLineExit>(&parsed)) {
    fmt::print(leave->status == svc::kDone ? stdout : stderr, "{}", leave->text);
    return leave->status;
  }
  const svc::Session session(std::move(std::get<svc::Invocation>(parsed)));
  const svc::CommandSpec& command = svc::command_specs()[session.invocation().command];
  if (command.needs_file && !session.names_a_file())
    return session.fail(svc::kMisused,
                        "which configuration? Say -c FILE, or --env NAME (for example --env "
                        "development)");
  return command.run(session);
}
