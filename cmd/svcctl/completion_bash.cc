#include <fmt/core.h>

#include "cmd/svcctl/completion_parts.h"

namespace svc::completion {
namespace {

// How bash completes a value of an option.
std::string bash_value(const ValueSpec& value, const CompletionWords& words) {
  if (value.completes == Completes::files) return "COMPREPLY=($(compgen -f -- \"$current\"))";
  if (value.completes == Completes::directories) return "COMPREPLY=($(compgen -d -- \"$current\"))";
  return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", words_for(value, words));
}

}  // namespace

std::string bash_script(const CompletionWords& words) {
  std::string values, takers, commands;
  for (const OptionSpec& option : option_specs()) {
    if (option.value.placeholder.empty()) continue;
    const std::string pattern = joined(names_of(option), "|");
    values += fmt::format("    {}) {}; return ;;\n", pattern, bash_value(option.value, words));
    takers += (takers.empty() ? "" : "|") + pattern;
  }
  for (const std::string& group : groups())
    commands += fmt::format("    {}) offer='{} --help' ;;\n", single_quoted(group),
                            joined(words_after(group), " "));
  for (const CommandSpec& command : command_specs())
    commands += fmt::format("    {}) offer='{} {}' ;;\n", single_quoted(command.name),
                            joined(options_of(&command), " "), words_for(command.argument, words));
  return fmt::format(R"(# bash completion for svcctl
_svcctl() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command='' word='' skip='' offer='' i
  COMPREPLY=()
  case $previous in
{0}  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      {1}) skip=1 ;;
      -*) ;;
      *) [[ -z $command || ' {2} ' == *" $command "* ]] && command=${{command:+$command }}$word ;;
    esac
  done
  case $command in
    '') offer='{3} {4} --version' ;;
{5}  esac
  COMPREPLY=($(compgen -W "$offer" -- "$current"))
}}
complete -F _svcctl svcctl
)",
                     values, takers, joined(groups(), " "), joined(words_after(""), " "),
                     joined(options_of(nullptr), " "), commands);
}

}  // namespace svc::completion
