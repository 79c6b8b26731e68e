// completion_parts.h — what the completion scripts of all shells are made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/completion.h"

namespace svc::completion {

// "-f,--follow" → {"-f", "--follow"}
std::vector<std::string> names_of(const OptionSpec& option);

// With `between` between each two.
std::string joined(const std::vector<std::string>& words, std::string_view between);

// Each word once, in the table's order: commands and groups, or the commands of a group.
std::vector<std::string> words_after(std::string_view group);

// The first words of commands that have two.
std::vector<std::string> groups();

// All that may stand behind the command; nullptr: before any.
std::vector<std::string> options_of(const CommandSpec* command);

// The words for a value, blanks between, or what the shell is to ask when it wants them
// (environments come and go); "" when the shell itself knows (files) or nobody does.
std::string words_for(const ValueSpec& value, const CompletionWords& words);

// For a description between single quotes.
std::string single_quoted(std::string_view text);

// One script a shell (completion_SHELL.cc).
std::string bash_script(const CompletionWords& words);
std::string zsh_script(const CompletionWords& words);
std::string fish_script(const CompletionWords& words);

}  // namespace svc::completion
