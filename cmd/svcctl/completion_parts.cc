#include "cmd/svcctl/completion_parts.h"

#include <algorithm>

namespace svc::completion {

std::vector<std::string> names_of(const OptionSpec& option) {
  std::vector<std::string> names;
  std::string_view left = option.names;
  for (size_t comma; (comma = left.find(',')) != left.npos; left.remove_prefix(comma + 1))
    names.emplace_back(left.substr(0, comma));
  names.emplace_back(left);
  return names;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

std::vector<std::string> words_after(std::string_view group) {
  std::vector<std::string> words;
  for (const CommandSpec& command : command_specs()) {
    if (!group.empty() && group_of(command) != group) continue;
    const bool grouped = group.empty() && !group_of(command).empty();
    std::string word(grouped ? group_of(command) : last_word_of(command));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

std::vector<std::string> groups() {
  std::vector<std::string> found;
  for (const CommandSpec& command : command_specs()) {
    const std::string group(group_of(command));
    if (!group.empty() && std::find(found.begin(), found.end(), group) == found.end())
      found.push_back(group);
  }
  return found;
}

std::vector<std::string> options_of(const CommandSpec* command) {
  std::vector<std::string> names = {"--help"};
  for (const OptionSpec& option : option_specs())
    if (command == nullptr ? option.set == for_all : takes(*command, option))
      for (std::string& name : names_of(option)) names.push_back(std::move(name));
  return names;
}

std::string words_for(const ValueSpec& value, const CompletionWords& words) {
  if (value.completes == Completes::words) return std::string(value.words);
  if (value.completes == Completes::environments)
    return "$(svcctl completion environments 2>/dev/null)";
  if (value.completes == Completes::settings) return joined(words.settings, " ");
  return "";
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace svc::completion
