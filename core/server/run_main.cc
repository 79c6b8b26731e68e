#include "core/server/run_main.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/load.h"
#include "config/locate.h"
#include "core/base/log.h"
#include "core/base/log_target.h"
#include "core/base/process_title.h"
#include "core/base/sys.h"
#include "core/builtin/builtins.h"
#include "core/process/init.h"
#include "core/process/master.h"
#include "core/process/succession.h"
#include "core/server/command_line.h"
#include "core/server/standalone_config.h"
#include "core/server/worker.h"

namespace svc {
namespace {

constexpr int kCannotServe = 1;
constexpr int kConfigError = 78;  // EX_CONFIG, sysexits.h.

// How this process came to be: what it was told, and by whom.
struct Launch {
  CommandLine line;
  std::vector<std::string> command;        // The program's path, then argv.
  std::optional<Inheritance> inheritance;  // From a master that upgrades.
};

// The journal has the priority before each line, as from the log (sd-daemon(3)).
void print_error(std::string_view text) {
  const auto out = LogTarget::standard(STDERR_FILENO, "stderr");
  const std::string_view priority = out && out->journal() ? "<3>" : "";
  std::string told = fmt::format("{}svcd: ", priority);
  for (const char c : text) {
    told += c;
    if (c == '\n') told += priority;
  }
  fmt::print(stderr, "{}\n", told);
}

// Says why there will be no server: on the terminal, and to who waits: `svcctl start`, or the
// master that started us to follow it.
int give_up(Launch& launch, int status, const std::string& text) {
  print_error(text);
  if (launch.line.ready_fd >= 0) {
    const std::string line = fmt::format("error {}\n", text);
    // It may have gone.
    static_cast<void>(sys::write(launch.line.ready_fd, line.data(), line.size()));
  }
  if (launch.inheritance)
    static_cast<void>(launch.inheritance->line.send(ChannelKind::successor_failed, 0,
                                                    text.substr(0, kChannelTextMax)));
  return status;
}

// An upgrade runs what is at the same path then, whether or not that has been replaced by now.
std::vector<std::string> command_of(int argc, char** argv) {
  constexpr std::string_view kDeleted = " (deleted)";
  std::array<char, PATH_MAX> path;
  const ssize_t size = sys::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return {};
  std::string program(path.data(), static_cast<size_t>(size));
  if (program.ends_with(kDeleted)) program.resize(program.size() - kDeleted.size());
  std::vector<std::string> command = {std::move(program)};
  command.insert(command.end(), argv, argv + argc);
  return command;
}

Result<> take_launch(int argc, char** argv, Launch& launch) {
  launch.command = command_of(argc, argv);
  SVC_TRY(launch.inheritance, take_inheritance());
  return {};
}

Result<LoadRequest> request_for(const CommandLine& line) {
  std::string path = line.file;
  if (path.empty()) {
    SVC_TRY(path, find_environment(line.environment));
  }
  LoadRequest request = load_request(std::move(path));
  request.overrides = line.overrides;
  request.builtins = builtin_names();
  return request;
}

// In the foreground until stopped. The configuration is loaded by the same request at each reload.
int serve(Launch& launch, LoadRequest request, WorkerMain worker_main) {
  auto config = load_config(request);
  if (!config) return give_up(launch, kConfigError, config.error().text);
  log::set_tags({.role = "master", .service = {}, .worker = -1});
  log::set_level(config->log.level);
  log::set_format(config->log.format);
  if (auto opened = log::open({config->log.level, config->log.format, config->log.target}); !opened)
    return give_up(launch, kCannotServe, opened.error().text);

  MasterOptions options;
  options.config = std::move(*config);
  options.load = [request] { return load_config(request); };
  options.worker_main = std::move(worker_main);
  options.ready_pipe = launch.line.ready_fd;
  options.command = launch.command;
  options.init = init_line();
  if (launch.inheritance && launch.inheritance->init)
    options.init = launch.inheritance->init.release();
  options.inheritance = std::exchange(launch.inheritance, std::nullopt);
  auto master = Master::create(std::move(options));
  if (!master) return give_up(launch, kCannotServe, master.error().text);
  return (*master)->run();
}

}  // namespace

int run_main(int argc, char** argv) {
  Launch launch;
  const auto launched = take_launch(argc, argv, launch);
  keep_process_title(argc, argv);
  auto parsed = parse_command_line(argc, argv, {});
  if (const auto* leave = std::get_if<CommandLineExit>(&parsed)) {
    fmt::print(leave->status == 0 ? stdout : stderr, "{}", leave->text);
    return leave->status;
  }
  auto& line = launch.line = std::get<CommandLine>(std::move(parsed));
  if (launch.inheritance) line.ready_fd = -1;  // That number means something else by now.
  if (!launched) return give_up(launch, kCannotServe, launched.error().text);
  return run_as_init_if_pid1([&] {
    auto request = request_for(line);
    if (!request) return give_up(launch, kConfigError, request.error().text);
    return serve(launch, *request, [](WorkerStart start) { return worker_main(std::move(start)); });
  });
}

int standalone_main(int argc, char** argv, const ModuleInfo& module) {
  Launch launch;
  const auto launched = take_launch(argc, argv, launch);
  keep_process_title(argc, argv);
  auto parsed = parse_command_line(argc, argv, module.name);
  if (const auto* leave = std::get_if<CommandLineExit>(&parsed)) {
    fmt::print(leave->status == 0 ? stdout : stderr, "{}", leave->text);
    return leave->status;
  }
  auto& line = launch.line = std::get<CommandLine>(std::move(parsed));
  if (launch.inheritance) line.ready_fd = -1;  // That number means something else by now.
  if (!launched) return give_up(launch, kCannotServe, launched.error().text);
  const StandaloneFile file(module.name, line);
  return run_as_init_if_pid1([&] {
    const bool configured = !line.file.empty() || !line.environment.empty();
    auto request = configured ? request_for(line) : file.request();
    if (!request) return give_up(launch, kConfigError, request.error().text);
    request->builtins.push_back(module.name);
    return serve(launch, *request,
                 [&module](WorkerStart start) { return worker_main(std::move(start), &module); });
  });
}

}  // namespace svc
