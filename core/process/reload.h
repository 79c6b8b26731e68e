// reload.h — from SIGHUP to the promoted generation.
//
//   ask() ─► [waits while an old generation drains] ─► read_configuration() in a child
//         ─► on_configuration(): compare, bind, open modules ─► begin_trial(): new sets, incoming
//         ─► supervise(): Promote when every new worker is in standby, RollBack when one fails
//         ─► promote() or roll_back(), and the caller is told
//
// Why so many steps before anything changes: until promote(), nothing that serves has noticed. At
// most two generations live; one further request may wait, and the newest takes its place.
//
// Process: the master. Reading the file happens in a helper, bounded in time and size.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/control/server.h"
#include "core/process/helper.h"
#include "core/process/master_state.h"
#include "core/process/notify.h"
#include "core/process/pool.h"

namespace svc {

class Reload {
 public:
  static constexpr Duration kReadTimeMax = 10s;
  using Load = std::function<Result<Config>()>;

  struct Request {
    std::string service;                // Empty: all of them.
    std::shared_ptr<ControlCall> call;  // Null: SIGHUP; the log is told either way.
    bool restores = false;              // Nobody asked: see restore().
  };

  Reload(MasterState& master, Pool& pool, Notifier& notifier, Load load);

  void ask(Request request);
  bool idle() const noexcept { return !current_ && !waiting_; }
  void look();  // Once a turn: does a waiting request have its turn?
  // supervise() has decided.
  void promote();
  void roll_back(const std::string& why);
  // The service's generation has failed on probation: its last good one is booted anew, beside it.
  void restore(const std::string& service);
  void cancel(const std::string& why);  // What waits or is being read; a trial is rolled back.
  // An outgoing set has ended. When it was the last: addresses that nobody needs are closed.
  void close_retired();

 private:
  // What a new configuration comes to, before it is in force.
  struct Plan {
    Config config;
    std::vector<std::shared_ptr<Generation>> generations;  // One for each service in scope.
    Listeners::Opening opening;
  };

  bool may_start() const;
  void read_configuration();
  void on_configuration(Result<std::string> answer);
  Result<Config> wanted_config(const Config& loaded) const;
  Result<Plan> prepare(Config config);
  Result<> check_log(const LogConfig& wanted) const;
  Result<> prepare_service(const std::string& name, Plan& plan);
  void begin_trial(Plan plan);
  void put_in_force();
  void put_on_probation(const Generation& generation, Instant now);
  void retire_services(Instant now);
  void apply_log(const LogConfig& before);
  void refuse(const std::string& why);
  void finish(int status, const std::string& line);

  MasterState& master_;
  Pool& pool_;
  Notifier& notifier_;
  Load load_;
  std::optional<Request> waiting_;
  std::optional<Request> current_;
  std::unique_ptr<Helper> reader_;
  std::optional<Plan> plan_;  // On trial.
  std::vector<Listeners::Key> retired_;
};

}  // namespace svc
