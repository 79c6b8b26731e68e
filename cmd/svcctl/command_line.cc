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

// The first word that is no option's value, when no command is called like it.
std::string unknown_command(const std::vector<std::string>& extras) {
  std::vector<std::string_view> names;
  for (const CommandSpec& command : command_specs()) {
    names.push_back(last_word_of(command));
    if (!group_of(command).empty()) names.push_back(group_of(command));
  }
  for (const std::string& word : extras) {
    if (word.starts_with('-')) return fmt::format("no option {}", word);
    const auto near = suggest(word, names);
    return near ? fmt::format("no command \"{}\"; did you mean {}?", word, *near)
                : fmt::format("no command \"{}\"", word);
  }
  return "no command";
}

// One line: what is wrong, and where to read on.
std::string mistake_text(const CLI::App& app, const CLI::ParseError& mistake) {
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&mistake) != nullptr ||
                       (app.get_subcommands().empty() && !app.remaining().empty());
  std::string what = unknown ? unknown_command(app.remaining(true)) : mistake.what();
  if (!unknown && dynamic_cast<const CLI::RequiredError*>(&mistake) != nullptr &&
      app.get_subcommands().empty())
    what = "which command?";
  for (char& c : what)
    if (c == '\n') c = ' ';
  return fmt::format("svcctl: {}; see svcctl --help\n", what);
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
