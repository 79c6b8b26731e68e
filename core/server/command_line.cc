#include "core/server/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <sstream>

#include "core/base/version.h"

namespace svc {
namespace {

constexpr int kUsageError = 2;

void add_common_options(CLI::App& app, CommandLine& line) {
  auto* file = app.add_option("-c,--config", line.file, "Configuration file")->type_name("FILE");
  app.add_option("--env", line.environment, "Environment: NAME.toml of the environments directory")
      ->type_name("NAME")
      ->excludes(file);
  app.add_option("--set", line.overrides, "Set one value: service.users.workers=8")
      ->type_name("PATH=VALUE")
      ->take_all();
  app.add_option("--ready-fd", line.ready_fd, "Descriptor on which readiness is reported")
      ->type_name("N")
      ->check(CLI::Range(3, 1023));
  app.set_version_flag("--version", fmt::format("svcd {}", kVersion));
}

void add_standalone_options(CLI::App& app, CommandLine& line) {
  app.add_option("--listen", line.listen, "Address to serve (default 127.0.0.1:8080)")
      ->type_name("ADDRESS")
      ->take_all();
  app.add_option("--workers", line.workers, "Number of worker processes (default 1)")
      ->type_name("N")
      ->check(CLI::Range(1, 512));
}

}  // namespace

std::variant<CommandLine, CommandLineExit> parse_command_line(int argc, const char* const* argv,
                                                              std::string_view standalone) {
  const bool own = !standalone.empty();
  CLI::App app(own ? fmt::format("Serves {} over HTTP", standalone)
                   : "Serves C++ microservices over HTTP; see svcd(8)");
  app.name(own ? std::string(standalone) : "svcd");
  CommandLine line;
  add_common_options(app, line);
  if (own) add_standalone_options(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& mistake) {
    std::ostringstream out;
    const int status = app.exit(mistake, out, out);
    return CommandLineExit{status == 0 ? 0 : kUsageError, out.str()};
  }
  if (!own && line.file.empty() && line.environment.empty())
    return CommandLineExit{kUsageError,
                           "svcd: which configuration? Say -c FILE, or --env NAME "
                           "(for example --env development)\n"};
  return line;
}

}  // namespace svc
