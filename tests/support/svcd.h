// svcd.h — a real svcd of a test's own: its configuration, its runtime directory, its log.
//
// The programs are those of this build. The server runs in the foreground as a child of the test;
// everything it leaves (workers, files) is ended and removed with the fixture.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace svc::testing {

std::string program(std::string_view name);      // Path of build/PRESET/bin/NAME.
std::string module_path(std::string_view name);  // Path of build/PRESET/services/NAME.so.
std::string library(std::string_view name);      // Path of build/PRESET/lib/libNAME.so.

// A [service.NAME] of the chaos module on a free port, with `extra` lines inside its table.
std::string chaos_service(std::string_view name, int workers, std::string_view extra = {});

class Svcd {
 public:
  // `toml`: the services; [master] and [log] are added (runtime directory and log of the test).
  explicit Svcd(std::string_view toml, std::string_view master_extra = {});
  ~Svcd();

  // Starts svcd (again: what its predecessor left is ended with the fixture only) and waits until
  // it says that it is ready. False: it ended or said an error.
  [[nodiscard]] bool start(ProcessOptions options = {}, std::vector<std::string> arguments = {});
  void use_program(std::string_view name) { program_ = program(name); }  // Before start().
  void use_file(std::string path) { program_ = std::move(path); }        // Likewise.
  // Before start(): in a mount namespace of its own, once the shell command `set_up` has run there;
  // svcctl joins it.
  void use_own_mounts(std::string set_up) { mounts_ = std::move(set_up); }
  Process& process() noexcept { return process_; }
  pid_t pid() const noexcept { return process_.pid(); }

  // Replaces the services of the configuration file; takes effect at the next reload.
  void configure(std::string_view toml);
  void write_config(std::string_view whole_file);  // As it is.
  const std::string& config_path() const noexcept { return config_path_; }
  const TempDir& dir() const noexcept { return dir_; }

  Outcome svcctl(std::vector<std::string> arguments,
                 std::chrono::milliseconds within = kDeadline) const;
  std::string status() const;                          // `svcctl status --json`
  std::string status(std::string_view pointer) const;  // One value of it, as minified JSON.
  std::string address(std::string_view service, size_t listener = 0) const;  // "127.0.0.1:PORT"
  std::vector<pid_t> workers(std::string_view service) const;                // Of ready workers.
  int64_t generation(std::string_view service) const;
  // True once the service has `count` ready workers and nothing else.
  bool wait_ready(std::string_view service, size_t count,
                  std::chrono::milliseconds within = kDeadline) const;
  bool stop(std::chrono::milliseconds within = kDeadline);  // TERM; true if it exits with 0.

  std::string log() const { return read_file(dir_.file("log")); }
  bool log_has(std::string_view text, std::chrono::milliseconds within = kDeadline) const;
  const std::string& ready_text() const noexcept { return ready_text_; }

 private:
  std::string service_pointer(std::string_view service) const;
  TempDir dir_;
  std::string program_ = program("svcd");
  std::string mounts_;
  std::string head_;
  std::string config_path_;
  std::string ready_text_;
  Process process_;
  std::vector<Process> former_;
};

}  // namespace svc::testing
