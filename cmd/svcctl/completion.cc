#include "cmd/svcctl/completion.h"

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/completion_parts.h"
#include "cmd/svcctl/session.h"
#include "config/emit.h"
#include "config/locate.h"

namespace svc {
namespace {

// What the scripts ask for when somebody completes a value of --env.
int print_environments(const Session& session) {
  const auto program = program_directory();
  if (!program) return session.fail(program.error());
  for (const std::string& name : environments(environment_dirs(*program, FileSource::disk())))
    session.terminal().print(name + "\n");
  return kDone;
}

}  // namespace

std::string completion_script(std::string_view shell, const CompletionWords& words) {
  if (shell == "bash") return completion::bash_script(words);
  if (shell == "zsh") return completion::zsh_script(words);
  if (shell == "fish") return completion::fish_script(words);
  return "";
}

int run_completion(const Session& session) {
  if (session.invocation().argument == "environments") return print_environments(session);
  CompletionWords words;
  words.settings = setting_paths();
  // The service's place is a '*' there, which a shell would take for a pattern.
  for (std::string& path : words.settings)
    if (const size_t star = path.find('*'); star != path.npos) path.replace(star, 1, "NAME");
  session.terminal().print(completion_script(session.invocation().argument, words));
  return kDone;
}

}  // namespace svc
