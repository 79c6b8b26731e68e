// upgrade.h — the old master's part in an upgrade: starts the installed binary as its successor,
// waits until that could serve, hands over, and carries on if it never can.
//
//   ask() ─► [waits: reload, drain, a predecessor] ─► booting ─► handing over ─► on_successor
//                                                        └─────────┴─► abandoned: the caller is
//                                                        told
//
// Why nothing changes before the successor is ready: whatever is wrong with the new binary, its
// configuration or its modules shows while it boots beside us. It is ended then, with its workers,
// who have not served anybody.
//
// Process: the master. One upgrade at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/control/server.h"
#include "core/process/legacy.h"
#include "core/process/master_state.h"
#include "core/process/succession.h"

namespace svc {

class Upgrade final : private Watcher {
 public:
  static constexpr Duration kMargin = 5s;     // Beyond the longest boot_timeout.
  static constexpr Duration kHandTime = 10s;  // From go to done.

  struct Parts {
    MasterState& master;
    Legacy& legacy;
    std::vector<std::string> command;         // Program, then its arguments from argv[0] on.
    int init;                                 // -1: we don't run under init.
    std::function<int()> pid_file;            // Its descriptor.
    std::function<bool()> may_start;          // Nothing else is under way.
    std::function<void(pid_t)> on_ready;      // The successor is about to be told to go.
    std::function<void(pid_t)> on_successor;  // It serves: leave.
    std::function<void()> on_recover;         // It died after it was told to go: we stay.
  };

  explicit Upgrade(Parts parts);
  ~Upgrade();

  void ask(std::shared_ptr<ControlCall> call);  // Null: SIGUSR2.
  void look();                                  // Once a turn: may a waiting one begin?
  void cancel(const std::string& why);          // Also ends a successor that is booting.
  bool under_way() const noexcept { return phase_ != Phase::none; }

 private:
  enum class Phase : uint8_t { none, waiting, booting, handing_over, done };

  void start();
  Result<pid_t> spawn(Channel theirs);
  void on_ready(uint32_t) override;
  void on_message(const ChannelMessage& message);
  void on_exit(int status);
  void give_up(const std::string& why);  // Kills it; the rest follows with its death.
  void abandon(const std::string& why);
  void finish(int status, const std::string& line);

  Parts parts_;
  Phase phase_ = Phase::none;
  std::shared_ptr<ControlCall> call_;
  Channel line_;
  pid_t pid_ = 0;
  std::string why_;  // It fails, and this was the first reason.
  Timer deadline_;
};

}  // namespace svc
