#include <fmt/core.h>

#include <algorithm>

#include "cmd/svcctl/completion_parts.h"

namespace svc::completion {
namespace {

// _arguments' form: '(-f --follow)'{-f,--follow}'[does]:value:action'
std::string zsh_option(const OptionSpec& option, const CompletionWords& words) {
  std::string does(option.does);
  std::replace(does.begin(), does.end(), ':', ',');  // A colon ends a description.
  std::string spec = fmt::format("[{}]", does);
  if (!option.value.placeholder.empty()) {
    std::string action = fmt::format("({})", words_for(option.value, words));
    if (option.value.completes == Completes::files) action = "_files";
    if (option.value.completes == Completes::directories) action = "_directories";
    if (option.value.completes == Completes::nothing) action = " ";
    spec += fmt::format(":{}:{}", option.value.placeholder, action);
  }
  const auto names = names_of(option);
  if (names.size() == 1) return single_quoted(names[0] + spec);
  return fmt::format("'({})'{{{}}}{}", joined(names, " "), joined(names, ","), single_quoted(spec));
}

std::string zsh_options(const CommandSpec* command, const CompletionWords& words) {
  std::string out = "'--help[Show help]'";
  for (const OptionSpec& option : option_specs())
    if (command == nullptr ? option.set == for_all : takes(*command, option))
      out += " \\\n        " + zsh_option(option, words);
  return out;
}

}  // namespace

std::string zsh_script(const CompletionWords& words) {
  std::string takers, commands;
  for (const OptionSpec& option : option_specs())
    if (!option.value.placeholder.empty())
      takers += (takers.empty() ? "" : "|") + joined(names_of(option), "|");
  for (const std::string& group : groups())
    commands += fmt::format("    {}) compadd -- {} ;;\n", single_quoted(group),
                            joined(words_after(group), " "));
  for (const CommandSpec& command : command_specs()) {
    const std::string values = words_for(command.argument, words);
    commands += fmt::format("    {})\n", single_quoted(command.name));
    if (!values.empty()) commands += fmt::format("      compadd -- {}\n", values);
    commands += fmt::format("      _arguments -S {} ;;\n", zsh_options(&command, words));
  }
  return fmt::format(R"(#compdef svcctl
# zsh completion for svcctl
_svcctl() {{
  local command='' skip='' word
  for word in ${{words[2,CURRENT-1]}}; do
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      {0}) skip=1 ;;
      -*) ;;
      *) [[ -z $command || ' {1} ' == *" $command "* ]] && command=${{command:+$command }}$word ;;
    esac
  done
  case $command in
    '')
      [[ -z $skip ]] && compadd -- {2}
      _arguments -S {3} ;;
{4}  esac
}}
# As a file of $fpath this is the body of the function itself, at its first call.
if [[ $funcstack[1] == _svcctl ]]; then _svcctl "$@"; else compdef _svcctl svcctl; fi
)",
                     takers, joined(groups(), " "), joined(words_after(""), " "),
                     zsh_options(nullptr, words), commands);
}

}  // namespace svc::completion
