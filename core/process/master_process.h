// master_process.h — the master, put together: its parts, and the turn in which they meet.
//
//   master.cc            create, run, one turn, the actions of supervise()
//   master_signals.cc    what operators say by signal; the end
//   master_commands.cc   what svcctl says over the control socket
//   master_estate.cc     what it takes over from one that died, and what it leaves
//   master_succession.cc an upgrade, from both sides
//
// Process: the master. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/control/server.h"
#include "core/process/herald.h"
#include "core/process/home.h"
#include "core/process/legacy.h"
#include "core/process/load_watch.h"
#include "core/process/master.h"
#include "core/process/master_state.h"
#include "core/process/notify.h"
#include "core/process/pool.h"
#include "core/process/quarantine.h"
#include "core/process/ready_pipe.h"
#include "core/process/reload.h"
#include "core/process/signals.h"
#include "core/process/steering.h"
#include "core/process/strays.h"
#include "core/process/succession.h"
#include "core/process/successor.h"
#include "core/process/supervision.h"
#include "core/process/upgrade.h"

namespace svc {

class MasterProcess final : public Master {
 public:
  MasterProcess(MasterOptions options, std::unique_ptr<EventLoop> loop, Board board);
  ~MasterProcess() override;

  // Everything that can fail before there are workers, in the order in which it must be had.
  Result<> set_up(std::optional<Inheritance> inheritance);
  int run() override;

 private:
  // master.cc
  Result<> set_up_parts(std::optional<Inheritance> inheritance);
  Result<> set_up_service(const ServiceConfig& config);
  void start_first_generation();
  void turn();
  void look();
  void carry_out(const Action& action);
  void act(const SpawnWorker& action) { pool_.spawn(action); }
  void act(const TellServe& action);
  void act(const TellDrain& action) { pool_.drain(action); }
  void act(const Steer& action) { steer(master_, pool_, action); }
  void act(const SendAbort& action) { pool_.abort(action); }
  void act(const SendKill& action) { pool_.kill(action); }
  void act(const Promote&);
  void act(const Restore& action) { reload_.restore(action.service); }
  void act(const Quarantine& action) { quarantine(master_, pool_, action); }
  void act(const RollBack& action);
  void act(const ForgetSeat& action);
  void act(const ForgetSet& action);
  void act(const DrainLast&);
  void act(const Announce&);
  void act(const GiveUp& action);
  void act(const Leave&) { left_ = true; }
  void tell_progress();
  void feed_watchdog();

  // master_signals.cc
  static std::span<const int> signals() noexcept;
  void on_signal(int number);
  void reap();
  void stop_or_hurry();
  void announce_stop(Duration delay);
  std::vector<Listeners::Key> keys_of_services(bool drain_last) const;
  void stop(StopPhase phase);
  void tell_stop_progress();
  void reopen_log();
  int leave();

  // master_commands.cc
  Result<> open_control(ControlServer::At at);
  void on_call(const std::shared_ptr<ControlCall>& call);
  void answer_stop(const std::shared_ptr<ControlCall>& call);
  void ask_upgrade(const std::shared_ptr<ControlCall>& call);  // Null: a signal.
  void answer_scale(const std::shared_ptr<ControlCall>& call);
  void answer_unquarantine(const std::shared_ptr<ControlCall>& call);
  void look_at_scaling();

  // master_estate.cc
  Result<> take_over();
  bool may_speak_for(const StrayFacts& stray) const;
  void on_alone();
  void settle();
  void look_after_strays();
  bool ends_with_us() const noexcept;

  // master_succession.cc
  Result<> inherit(Inheritance inheritance);
  bool in_office() const noexcept;
  void be_ready();
  void fail_to_follow(const std::string& why);
  void take_office(bool predecessor_lives);
  void announce_successor(pid_t pid);
  void hand_over_to(pid_t pid);
  void recover_office();
  void tell_init(pid_t pid);

  // Order of destruction, last first: who calls goes before who is called.
  MasterState master_;
  Notifier notifier_;
  std::optional<Home> home_;
  std::unique_ptr<SignalSource> signals_;
  Pool pool_;
  Legacy legacy_;
  Strays strays_;
  Reload reload_;
  std::optional<Successor> successor_;  // While, and because, we have followed another master.
  Upgrade upgrade_;
  LoadWatch load_watch_;
  Herald herald_;
  std::unique_ptr<ControlServer> control_;
  // Of before an upgrade that failed at its very end: who waits for an answer there still gets it.
  std::unique_ptr<ControlServer> former_control_;
  int init_;
  int ready_fd_;
  ReadyPipe ready_;
  std::vector<std::shared_ptr<ControlCall>> stop_calls_;
  // Who waits for the new workers of a service.
  struct Scaling {
    std::shared_ptr<ControlCall> call;
    std::string service;
    Instant until;
  };
  std::vector<Scaling> scaling_;
  Timer stop_delay_;
  Timer stop_timer_;
  Timer watchdog_timer_;
  std::string told_;  // The last summary.
  Instant look_again_{};
  int failed_turns_ = 0;
  int exit_status_ = 0;
  bool left_ = false;
  bool succeeded_ = false;  // Another master is in office: nothing of ours is taken away.
};

}  // namespace svc
