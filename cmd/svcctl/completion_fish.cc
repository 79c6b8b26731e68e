#include <fmt/core.h>

#include "cmd/svcctl/completion_parts.h"

namespace svc::completion {
namespace {

// The condition under which fish offers what belongs to a command.
std::string fish_condition(const CommandSpec& command) {
  const std::string group(group_of(command));
  const std::string last(last_word_of(command));
  if (group.empty()) return single_quoted("__fish_seen_subcommand_from " + last);
  return single_quoted(fmt::format(
      "__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}", group, last));
}

std::string fish_option(const OptionSpec& option, const std::string& condition,
                        const CompletionWords& words) {
  std::string out = "complete -c svcctl";
  if (!condition.empty()) out += " -n " + condition;
  for (const std::string& name : names_of(option))
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.value.placeholder.empty()) {
    const bool path = option.value.completes == Completes::files ||
                      option.value.completes == Completes::directories;
    out += path ? " -r -F" : " -x";
    const std::string values = words_for(option.value, words);
    if (!values.empty()) out += " -a " + single_quoted(values);
  }
  return out + " -d " + single_quoted(option.does) + "\n";
}

}  // namespace

std::string fish_script(const CompletionWords& words) {
  std::string out = "# fish completion for svcctl\ncomplete -c svcctl -f\n";
  const std::string none =
      single_quoted("not __fish_seen_subcommand_from " + joined(words_after(""), " "));
  for (const OptionSpec& option : option_specs())
    if (option.set == for_all) out += fish_option(option, "", words);
  for (const std::string& group : groups())
    out += fmt::format("complete -c svcctl -n {} -a {}\n", none, group);
  for (const CommandSpec& command : command_specs()) {
    const std::string group(group_of(command));
    const std::string before =
        group.empty() ? none : single_quoted("__fish_seen_subcommand_from " + group);
    out += fmt::format("complete -c svcctl -n {} -a {} -d {}\n", before, last_word_of(command),
                       single_quoted(command.does));
    const std::string condition = fish_condition(command);
    const std::string values = words_for(command.argument, words);
    if (!values.empty())
      out += fmt::format("complete -c svcctl -n {} -a {}\n", condition, single_quoted(values));
    for (const OptionSpec& option : option_specs())
      if (option.set != for_all && takes(command, option))
        out += fish_option(option, condition, words);
  }
  return out;
}

}  // namespace svc::completion
