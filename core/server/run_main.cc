#include "core/server/run_main.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "config/load.h"
#include "config/locate.h"
#include "core/base/log.h"
#include "core/base/process_title.h"
#include "core/base/sys.h"
#include "core/process/init.h"
#include "core/process/master.h"
#include "core/server/command_line.h"
#include "core/server/standalone_config.h"
#include "core/server/worker.h"

namespace svc {
namespace {

constexpr int kCannotServe = 1;
constexpr int kConfigError = 78;  // EX_CONFIG, sysexits.h.

// Says why there will be no server: on the terminal, and to `svcctl start` if that waits.
int give_up(int ready_fd, int status, const std::string& text) {
  fmt::print(stderr, "svcd: {}\n", text);
  if (ready_fd >= 0) {
    const std::string line = fmt::format("error {}\n", text);
    static_cast<void>(sys::write(ready_fd, line.data(), line.size()));  // It may have gone.
  }
  return status;
}

Result<LoadRequest> request_for(const CommandLine& line) {
  std::string path = line.file;
  if (path.empty()) {
    SVC_TRY(path, find_environment(line.environment));
  }
  LoadRequest request = load_request(std::move(path));
  request.overrides = line.overrides;
  return request;
}

// In the foreground until stopped. The configuration is loaded by the same request at each reload.
int serve(const CommandLine& line, LoadRequest request, WorkerMain worker_main) {
  auto config = load_config(request);
  if (!config) return give_up(line.ready_fd, kConfigError, config.error().text);
  log::set_tags({.role = "master", .service = {}, .worker = -1});
  log::set_level(config->log.level);
  log::set_format(config->log.format);
  if (auto opened = log::open({config->log.level, config->log.format, config->log.target}); !opened)
    return give_up(line.ready_fd, kCannotServe, opened.error().text);

  MasterOptions options;
  options.config = std::move(*config);
  options.load = [request] { return load_config(request); };
  options.worker_main = std::move(worker_main);
  options.ready_pipe = line.ready_fd;
  auto master = Master::create(std::move(options));
  if (!master) return give_up(line.ready_fd, kCannotServe, master.error().text);
  return (*master)->run();
}

}  // namespace

int run_main(int argc, char** argv) {
  keep_process_title(argc, argv);
  auto parsed = parse_command_line(argc, argv, {});
  if (const auto* leave = std::get_if<CommandLineExit>(&parsed)) {
    fmt::print(leave->status == 0 ? stdout : stderr, "{}", leave->text);
    return leave->status;
  }
  const auto& line = std::get<CommandLine>(parsed);
  return run_as_init_if_pid1([&] {
    auto request = request_for(line);
    if (!request) return give_up(line.ready_fd, kConfigError, request.error().text);
    return serve(line, *request, [](WorkerStart start) { return worker_main(std::move(start)); });
  });
}

int standalone_main(int argc, char** argv, const ModuleInfo& module) {
  keep_process_title(argc, argv);
  auto parsed = parse_command_line(argc, argv, module.name);
  if (const auto* leave = std::get_if<CommandLineExit>(&parsed)) {
    fmt::print(leave->status == 0 ? stdout : stderr, "{}", leave->text);
    return leave->status;
  }
  const auto& line = std::get<CommandLine>(parsed);
  const StandaloneFile file(module.name, line);
  return run_as_init_if_pid1([&] {
    const bool configured = !line.file.empty() || !line.environment.empty();
    auto request = configured ? request_for(line) : file.request();
    if (!request) return give_up(line.ready_fd, kConfigError, request.error().text);
    request->builtins.push_back(module.name);
    return serve(line, *request,
                 [&module](WorkerStart start) { return worker_main(std::move(start), &module); });
  });
}

}  // namespace svc
