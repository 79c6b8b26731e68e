#include "cmd/svcctl/command_line.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <map>
#include <sstream>
#include <vector>

#include "cmd/svcctl/commands.h"
#include "core/base/suggest.h"
#include "core/base/version.h"

namespace svc {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  return {std::istream_iterator<std::string>(in), {}};
}

void add_option(CLI::App& app, const OptionSpec& spec, Invocation& invocation) {
  const std::string names(spec.names);
  const std::string does(spec.does);
  CLI::Option* option = std::visit(
      [&](auto member) {
        auto& target = invocation.*member;
        if constexpr (std::is_same_v<decltype(target), bool&>)
          return app.add_flag(names, target, does);
        else
          return app.add_option(names, target, does);
      },
      spec.member);
  if (!spec.value.placeholder.empty()) option->type_name(std::string(spec.value.placeholder));
  if (spec.value.completes == Completes::words)
    option->check(CLI::IsMember(words_of(spec.value.words)));
  if (std::holds_alternative<std::vector<std::string> Invocation::*>(spec.member))
    option->expected(1)->take_all();
}

void add_command(CLI::App& parent, size_t index, Invocation& invocation) {
  const CommandSpec& spec = command_specs()[index];
  CLI::App* app = parent.add_subcommand(std::string(last_word_of(spec)), std::string(spec.does));
  app->fallthrough();  // -c FILE may stand behind the command as well.
  app->footer(fmt::format("Example:\n  svcctl {}", spec.example));
  for (const OptionSpec& option : option_specs())
    if (option.set != for_all && takes(spec, option)) add_option(*app, option, invocation);
  if (!spec.argument.placeholder.empty()) {
    CLI::Option* argument =
        app->add_option(std::string(spec.argument.placeholder), invocation.argument);
    argument->required(spec.argument.required)->type_name("");
    if (spec.argument.completes == Completes::words)
      argument->check(CLI::IsMember(words_of(spec.argument.words)));
  }
  if (!spec.second.placeholder.empty())
    app->add_option(std::string(spec.second.placeholder), invocation.second)
        ->required(spec.second.required)
        ->type_name("");
  app->callback([&invocation, index] { invocation.command = index; });
}

void build(CLI::App& app, Invocation& invocation) {
  app.name("svcctl");
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("svcctl {}", kVersion));
  app.footer("\"svcctl COMMAND --help\" tells more. Manual: svcctl(1).");
  for (const OptionSpec& option : option_specs())
    if (option.set == for_all) add_option(app, option, invocation);
  app.get_option("--env")->excludes("--config");

  std::map<std::string_view, CLI::App*> groups;
  for (size_t index = 0; index < command_specs().size(); ++index) {
    const std::string_view group = group_of(command_specs()[index]);
    CLI::App* parent = &app;
    if (!group.empty()) {
      CLI::App*& made = groups[group];
      if (made == nullptr) {
        made = app.add_subcommand(std::string(group), "What is configured, and what can be");
        made->require_subcommand(1)->fallthrough();
      }
      parent = made;
    }
    add_command(*parent, index, invocation);
  }
}

// What may stand where `parent` expects a command.
std::vector<std::string_view> commands_in(std::string_view parent) {
  std::vector<std::string_view> names;
  for (const CommandSpec& command : command_specs()) {
    const bool grouped = parent.empty() && !group_of(command).empty();
    if (parent.empty() || group_of(command) == parent)
      names.push_back(grouped ? group_of(command) : last_word_of(command));
  }
  return names;
}

// The innermost command that was recognised.
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

// The option of some commands that `word` names, or nullptr.
const OptionSpec* option_called(std::string_view word) {
  for (const OptionSpec& option : option_specs())
    for (const std::string_view name : {option.names.substr(0, option.names.find(',')),
                                        option.names.substr(option.names.find(',') + 1)})
      if (word.substr(0, word.find('=')) == name) return &option;
  return nullptr;
}

std::string about_option(const std::string& word) {
  const OptionSpec* const option = option_called(word);
  if (option == nullptr) return fmt::format("no option {}", word);
  std::string commands;
  for (const CommandSpec& command : command_specs())
    if (takes(command, *option))
      commands += fmt::format("{}{}", commands.empty() ? "" : ", ", command.name);
  return fmt::format("{} is an option of, and stands behind: {}", word.substr(0, word.find('=')),
                     commands);
}

// About the first word that nobody knew what to do with.
std::string about_extra(const CLI::App& app, const std::string& word) {
  if (word.starts_with('-')) return about_option(word);
  const CLI::App& place = innermost(app);
  const auto names = commands_in(&place == &app ? "" : place.get_name());
  if (names.empty()) return fmt::format("unexpected argument \"{}\"", word);
  const auto near = suggest(word, names);
  return near ? fmt::format("no command \"{}\"; did you mean {}?", word, *near)
              : fmt::format("no command \"{}\"", word);
}

// One line: what is wrong, and where to read on.
std::string mistake_text(const CLI::App& app, const CLI::ParseError& mistake) {
  const auto extras = app.remaining(true);
  const CLI::App& place = innermost(app);
  const bool no_command = !place.get_subcommands(nullptr).empty();
  std::string what = mistake.what();
  if (!extras.empty())
    what = about_extra(app, extras.front());
  else if (no_command && dynamic_cast<const CLI::RequiredError*>(&mistake) != nullptr)
    what = "which command?";
  for (char& c : what)
    if (c == '\n') c = ' ';
  const std::string help = &place == &app ? "svcctl" : fmt::format("svcctl {}", place.get_name());
  return fmt::format("svcctl: {} See {} --help\n", what.ends_with('?') ? what : what + ".", help);
}

}  // namespace

std::variant<Invocation, CommandLineExit> parse_command_line(int argc, const char* const* argv) {
  Invocation invocation;
  CLI::App app("Manages svcd, the server of C++ microservices");
  build(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    std::ostringstream out;
    app.exit(wanted, out, out);
    return CommandLineExit{kDone, out.str()};
  } catch (const CLI::ParseError& mistake) {
    return CommandLineExit{kMisused, mistake_text(app, mistake)};
  }
  return invocation;
}

}  // namespace svc
