// master_support.h — a whole master in a child of the test, with workers that do as they are told.
//
// Why no core/server: what is tested is the master; its workers are thirty lines that accept, say
// who they are, and misbehave on request. The configuration is made up by a function that runs in
// the reload's helper, from files that the test writes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/control/client.h"
#include "core/process/worker_start.h"
#include "tests/support/temp_dir.h"

namespace svc::testing {

// What the test's worker does, by the option "mode" of its service:
//   serve        answers each connection with "PID INDEX GENERATION\n"
//   exit         leaves with status 3 before it is ready
//   fail         says why it can't boot, then leaves
//   crash        null pointer before it is ready
//   hang         is never ready
//   stuck        ready, then never beats
// A connection that sends "crash\n", "abort\n", "exit\n", "spin\n", "print TEXT\n" has that done.
int test_worker(WorkerStart start);

ServiceConfig test_service(const std::string& name, const std::string& mode, uint32_t workers);

class TestMaster {
 public:
  // `configure` fills in services; it is called in the master and again for each reload.
  using Configure = std::function<Result<Config>(Config base)>;
  explicit TestMaster(Configure configure, bool waited_for = false);
  ~TestMaster();  // Kills what is left.
  TestMaster(const TestMaster&) = delete;
  TestMaster& operator=(const TestMaster&) = delete;

  const TempDir& dir() const { return dir_; }
  pid_t pid() const { return pid_; }
  std::string log() const;
  bool logged(const std::string& text) const;

  void signal(int number) const;
  // Until it has ended; its exit status, -signal, or -1000 after the deadline.
  int wait();
  bool running();

  Result<ControlAnswer> call(const std::string& command, std::vector<std::string> arguments = {},
                             std::vector<std::string>* progress = nullptr) const;
  std::string control_path() const;
  std::string status() const;  // Document; "" when it can't be had.
  bool wait_ready() const;     // Every service "ready".
  bool wait_state(size_t service, const std::string& state) const;
  std::string state(size_t service) const;
  std::vector<pid_t> pids(size_t service, const std::string& state = "ready") const;
  uint16_t port(size_t service) const;
  std::string ready_line();  // The ready pipe's last word; waits for its end.

 private:
  int run(const Configure& configure, int ready_fd);
  TempDir dir_;
  pid_t pid_ = -1;
  int ready_read_ = -1;
};

// One connection: sends `request` if there is one, reads to the end. "" when nobody answers.
std::string ask(uint16_t port, const std::string& request = "who\n",
                std::chrono::milliseconds patience = std::chrono::milliseconds(10'000));

}  // namespace svc::testing
