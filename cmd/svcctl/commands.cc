#include "cmd/svcctl/commands.h"

#include <array>

namespace svc {
namespace {

constexpr ValueSpec kNone{};
constexpr ValueSpec kService{"SERVICE"};

constexpr bool kOfFile = true;
constexpr bool kOfNone = false;

constexpr std::array kCommands = {
    CommandSpec{"start", kNone, with_set, kOfFile,
                "Start in the background and wait until every service is ready",
                "-c shop.toml start", run_start},
    CommandSpec{"run", kNone, with_set | with_watch, kOfFile,
                "Run in the foreground, in this process' place", "--env production run",
                run_in_foreground},
    CommandSpec{"stop", kNone, with_now, kOfFile,
                "Finish what is being served, then stop; a second time: at once",
                "-c shop.toml stop", run_stop},
    CommandSpec{"restart", kNone, with_set | with_now, kOfFile,
                "Check the configuration, then stop and start", "-c shop.toml restart",
                run_restart},
    CommandSpec{"reload", kService, with_wait, kOfFile,
                "Boot a new generation of all services, or of one; promote it",
                "-c shop.toml reload users", run_reload},
    CommandSpec{"upgrade", kNone, 0, kOfFile,
                "Let the installed svcd follow the running one, without losing a request",
                "-c shop.toml upgrade", run_upgrade},
    CommandSpec{"scale",
                {"SERVICE", Completes::nothing, {}, true},
                0,
                kOfFile,
                "Another number of workers for a service, until the next reload",
                "-c shop.toml scale users 8",
                run_scale,
                {"N", Completes::nothing, {}, true}},
    CommandSpec{"unquarantine",
                {"SERVICE", Completes::nothing, {}, true},
                0,
                kOfFile,
                "Serve a route again that has crashed too often; without one, all of them",
                "-c shop.toml unquarantine users /orders",
                run_unquarantine,
                {"ROUTE"}},
    CommandSpec{"status", kNone, 0, kOfFile, "How the server, its services and workers are",
                "-c shop.toml status --json", run_status},
    CommandSpec{"top", kNone, with_top, kOfFile,
                "The same live: rates, latencies, memory and restarts, refreshed in place",
                "-c shop.toml top", run_top},
    CommandSpec{"check", kNone, with_set, kOfFile,
                "Check configuration, modules, addresses and rights", "-c shop.toml check",
                run_check},
    CommandSpec{"config show", kNone, with_set | with_origin | with_running, kOfFile,
                "The configuration with every value resolved", "-c shop.toml config show --origin",
                run_config_show},
    CommandSpec{"config diff", kNone, with_set, kOfFile,
                "What a reload would change, and what needs a restart", "-c shop.toml config diff",
                run_config_diff},
    CommandSpec{"config explain",
                {"SETTING", Completes::settings},
                0,
                kOfNone,
                "What a setting or a section means; without one, all",
                "config explain service.users.workers",
                run_config_explain},
    CommandSpec{"config schema", kNone, 0, kOfNone, "JSON Schema of the file, for editors",
                "config schema > svcd.schema.json", run_config_schema},
    CommandSpec{"config example", kNone, 0, kOfNone, "An annotated file with every setting",
                "config example > shop.toml", run_config_example},
    CommandSpec{"config manual", kNone, 0, kOfNone, "The manual page svcd.toml(5)",
                "config manual | man -l -", run_config_manual},
    CommandSpec{"routes", kService, 0, kOfFile, "What the services answer, or one of them",
                "-c shop.toml routes users", run_routes},
    CommandSpec{"logs", kNone, with_follow, kOfFile, "The end of the log", "-c shop.toml logs -f",
                run_logs},
    CommandSpec{"new",
                {"NAME", Completes::nothing, {}, true},
                0,
                kOfNone,
                "A small service of one's own in a new folder: builds, has a test, runs",
                "new orders",
                run_new},
    CommandSpec{"version", kNone, 0, kOfNone, "The version of svcctl, and of the running server",
                "-c shop.toml version", run_version},
    CommandSpec{"completion",
                {"SHELL", Completes::words, "bash zsh fish environments", true},
                0,
                kOfNone,
                "A script that lets a shell complete the command line",
                "completion bash > /etc/bash_completion.d/svcctl",
                run_completion},
};

constexpr std::array kOptions = {
    OptionSpec{for_all,
               "-c,--config",
               {"FILE", Completes::files},
               "The configuration file",
               &Invocation::config},
    OptionSpec{for_all,
               "--env",
               {"NAME", Completes::environments},
               "The environment: NAME.toml of the environments directory",
               &Invocation::environment},
    OptionSpec{for_all,
               "--runtime-dir",
               {"DIR", Completes::directories},
               "Look for the running server here first",
               &Invocation::runtime_dir},
    OptionSpec{for_all, "--json", {}, "Answer in JSON", &Invocation::json},
    OptionSpec{for_all,
               "--color",
               {"WHEN", Completes::words, "auto always never"},
               "Colours: auto (on a terminal), always or never",
               &Invocation::colour},
    OptionSpec{with_set,
               "--set",
               {"PATH=VALUE"},
               "Set one value on top of the file: service.users.workers=8",
               &Invocation::overrides},
    OptionSpec{with_now, "--now", {}, "Don't wait for what is being served", &Invocation::now},
    OptionSpec{with_follow, "-f,--follow", {}, "Go on as lines are added", &Invocation::follow},
    OptionSpec{
        with_follow, "-n,--lines", {"N"}, "How many lines of the end (50)", &Invocation::lines},
    OptionSpec{with_wait,
               "--wait",
               {},
               "Wait until the former generation has drained, and say how far it is",
               &Invocation::wait},
    OptionSpec{with_top,
               "--interval",
               {"DURATION"},
               "How often it is refreshed (1s)",
               &Invocation::interval},
    OptionSpec{with_top,
               "-n,--count",
               {"N"},
               "Print so many, one below the other, and end",
               &Invocation::count},
    OptionSpec{with_top, "--workers", {}, "Show each worker, too", &Invocation::workers},
    OptionSpec{
        with_origin, "--origin", {}, "Say behind each value who set it", &Invocation::origin},
    OptionSpec{with_running,
               "--running",
               {},
               "Of the running server instead of the file",
               &Invocation::running},
    OptionSpec{with_watch,
               "--watch",
               {},
               "Build and reload as sources, modules and configuration change",
               &Invocation::watch},
    OptionSpec{with_watch,
               "--build",
               {"COMMAND"},
               "What builds, for --watch (cmake --build of the build folder)",
               &Invocation::build},
};

}  // namespace

std::span<const CommandSpec> command_specs() noexcept { return kCommands; }
std::span<const OptionSpec> option_specs() noexcept { return kOptions; }

std::string_view group_of(const CommandSpec& command) noexcept {
  const size_t blank = command.name.find(' ');
  return blank == command.name.npos ? std::string_view() : command.name.substr(0, blank);
}

std::string_view last_word_of(const CommandSpec& command) noexcept {
  const size_t blank = command.name.find(' ');
  return blank == command.name.npos ? command.name : command.name.substr(blank + 1);
}

bool takes(const CommandSpec& command, const OptionSpec& option) noexcept {
  return option.set == for_all || (command.options & option.set) != 0;
}

}  // namespace svc
