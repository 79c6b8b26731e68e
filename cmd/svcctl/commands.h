// commands.h — the table of svcctl's commands and options: one row each, from which the parser, the
// help, the completions and the dispatch come. A test holds svcctl(1) to it.
//
// Each command is one function (start.cc, stop.cc, …) that returns the exit status.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "cmd/svcctl/invocation.h"

namespace svc {

class Session;

// What a shell can complete a value with.
enum class Completes : uint8_t { nothing, files, directories, environments, settings, words };

struct ValueSpec {
  std::string_view placeholder;  // "FILE"; empty: no value.
  Completes completes = Completes::nothing;
  std::string_view words = {};  // Completes::words: the allowed ones, separated by blanks.
  bool required = false;
};

// Which commands an option belongs to: one bit each; for_all is every command's.
enum OptionSet : unsigned {
  for_all = 0,
  with_set = 1,
  with_now = 2,
  with_follow = 4,
  with_origin = 8,
  with_running = 16,
  with_watch = 32,
  with_top = 64,
  with_wait = 128,
};

struct OptionSpec {
  OptionSet set;
  std::string_view names;  // "-c,--config"
  ValueSpec value;
  std::string_view does;
  std::variant<bool Invocation::*, std::string Invocation::*, uint32_t Invocation::*,
               std::vector<std::string> Invocation::*>
      member;
};

struct CommandSpec {
  std::string_view name;  // "stop", "config show"
  ValueSpec argument;
  unsigned options;  // OptionSets, or-ed.
  bool needs_file;   // Means nothing without -c or --env.
  std::string_view does;
  std::string_view example;  // What stands behind "svcctl ".
  int (*run)(const Session&);
  ValueSpec second = {};  // Behind `argument`.
};

std::span<const CommandSpec> command_specs() noexcept;
std::span<const OptionSpec> option_specs() noexcept;
// "config": what stands before the blank in the names of several commands.
std::string_view group_of(const CommandSpec& command) noexcept;
std::string_view last_word_of(const CommandSpec& command) noexcept;
bool takes(const CommandSpec& command, const OptionSpec& option) noexcept;

// Exit statuses, as svcctl(1) lists them.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kMisused = 2;
inline constexpr int kNotRunning = 3;
inline constexpr int kBadConfiguration = 78;  // EX_CONFIG, sysexits.h.

int run_start(const Session& session);
int run_in_foreground(const Session& session);
int run_stop(const Session& session);
int run_restart(const Session& session);
int run_reload(const Session& session);
int run_upgrade(const Session& session);
int run_scale(const Session& session);
int run_unquarantine(const Session& session);
int run_status(const Session& session);
int run_top(const Session& session);
int run_check(const Session& session);
int run_config_show(const Session& session);
int run_config_explain(const Session& session);
int run_config_diff(const Session& session);
int run_config_schema(const Session& session);
int run_config_example(const Session& session);
int run_config_manual(const Session& session);
int run_routes(const Session& session);
int run_logs(const Session& session);
int run_new(const Session& session);
int run_version(const Session& session);
int run_completion(const Session& session);

}  // namespace svc
