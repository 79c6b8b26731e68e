// completion.h — scripts that let a shell complete svcctl's command line, from the table of
// commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace svc {

// What the scripts can't read from the table.
struct CompletionWords {
  std::vector<std::string> settings;
};

// `shell`: "bash", "zsh" or "fish"; "" for any other.
std::string completion_script(std::string_view shell, const CompletionWords& words);

}  // namespace svc
