// session.h — one run of svcctl: what it was asked, where it speaks, which server it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/svcctl/invocation.h"
#include "cmd/svcctl/terminal.h"
#include "config/load.h"
#include "core/base/result.h"
#include "core/control/client.h"
#include "core/control/runtime_paths.h"

namespace svc {

// What a master tells right before its answer to explain it, and what is better read behind that:
// the source line of a mistake, frames. It begins with a line that begins with a blank.
std::vector<std::string> explanation_in(const std::vector<std::string>& told);

class Session {
 public:
  // The longest silence of a master that should answer at once.
  static constexpr std::chrono::milliseconds kPromptly{10'000};
  static constexpr std::chrono::milliseconds kForever{0};

  explicit Session(Invocation invocation);

  const Invocation& invocation() const noexcept { return invocation_; }
  const Terminal& terminal() const noexcept { return terminal_; }
  bool json() const noexcept { return invocation_.json; }

  bool names_a_file() const noexcept {
    return !invocation_.config.empty() || !invocation_.environment.empty();
  }
  // The configuration file as the user named it, or as the environment's name leads to it.
  // REQUIRES: names_a_file(). Errors: find_environment()'s.
  Result<std::string> file() const;
  // The unit that this host runs the file by, "svcd@production"; "" if there is none. Of files that
  // -c names there is none: who says so wants a server of their own.
  std::string unit() const;
  // "-c FILE" or "--env NAME", to repeat in hints.
  std::string named() const;
  // The request by which svcd would load the file too.
  Result<LoadRequest> load_request() const;

  // The master that runs the file, by its pointers; nullopt if none left one. A dead master leaves
  // its pointer behind: only an answer proves life.
  Result<std::optional<MasterPointer>> master() const;
  // no_such_process's opposite number: fails when the name that the file gives its server is taken
  // by one that runs another file, and says by which.
  Result<> check_name_is_free() const;

  // Asks the running master. Progress goes to the terminal, and to `told` if there is one: all of
  // it, while the terminal is then left without what explains the answer (explanation_in()), which
  // belongs behind that. Errors: no_such_process when nothing runs, else control_call()'s.
  Result<ControlAnswer> ask(const ControlRequest& request,
                            std::chrono::milliseconds silence_max = kPromptly,
                            std::vector<std::string>* told = nullptr) const;

  // Says what went wrong, in the form that was asked for; returns `status`.
  int fail(int status, std::string_view text) const;
  int fail(const Error& error) const;  // With kFailed.

 private:
  struct Namesake {
    std::string name;
    std::string config;  // The file that it runs.
    int64_t pid = 0;
  };
  // By what the file says of itself: never both.
  struct ByConfiguration {
    std::optional<MasterPointer> own;
    std::optional<Namesake> other;
  };
  // Of an environment whose file is gone. Errors: `why`, if none of that name runs.
  Result<std::optional<MasterPointer>> master_without_file(Error why) const;
  Result<ByConfiguration> master_by_configuration(const std::string& real_path) const;

  Invocation invocation_;
  Terminal terminal_;
};

}  // namespace svc
