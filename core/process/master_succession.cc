// An upgrade, from both sides: as a successor that takes the office over, and as a master that
// hands it over (succession.h).
#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/process/adoption.h"
#include "core/process/master_process.h"

namespace svc {

bool MasterProcess::in_office() const noexcept { return !successor_ || successor_->in_office(); }

// As a successor.

// Nothing of what the predecessor has in the file system is touched.
Result<> MasterProcess::inherit(Inheritance inheritance) {
  successor_.emplace(*master_.loop, std::move(inheritance.line),
                     [this](bool alive) { take_office(alive); });
  SVC_TRY_VOID(successor_->watch());
  SVC_TRY(Home home, Home::inherit(master_.config, std::move(inheritance.pid_file)));
  home_.emplace(std::move(home));
  std::vector<FoundEstate> found;
  for (Fd& store : inheritance.stores) {
    auto estate = open_estate(std::move(store));
    if (!estate) return std::move(estate).error().within("what the former master has left");
    found.push_back({std::move(*estate), true});
  }
  if (!adopt_estates(master_, std::move(found)))
    return Error::invalid("the former master has left nothing");
  legacy_.pause(true);
  SVC_TRY_VOID(master_.lives.open());
  master_.lives.when_alone([this] { on_alone(); });
  return {};
}

// Every worker of ours is in standby. What dies from here on is replaced when we are in office.
void MasterProcess::be_ready() {
  master_.facts.trial.reset();
  log::info("ready to follow the former master");
  successor_->ready();
}

void MasterProcess::fail_to_follow(const std::string& why) {
  log::error("can't follow the former master: {}", why);
  successor_->failed(why);
  exit_status_ = 1;
  left_ = true;
}

void MasterProcess::take_office(bool predecessor_lives) {
  if (!predecessor_lives && notifier_.listening())  // It would never believe that we are the one.
    return fail_to_follow("the former master has died; its manager starts another");
  auto taken = home_->take_office();
  if (taken) taken = open_control(ControlServer::At::taken_path);
  if (!taken) return fail_to_follow(taken.error().text);
  for (ServiceFacts& service : master_.facts.services)
    for (WorkerSet& set : service.sets) {
      set.role = SetRole::serving;
      set.serving_since = master_.loop->now();
      for (Seat& seat : set.seats)
        if (!seat.worker) seat.spawn_at = master_.loop->now();
    }
  legacy_.pause(false);
  successor_->done();
  home_->own_orphan_socket();
  // Its workers wait for whoever calls them now.
  if (!predecessor_lives && strays_.call(home_->paths().orphan)) strays_.watch();
}

// As a master that is followed.

// In front of everything else: systemd takes no word from a process that isn't the main one.
void MasterProcess::announce_successor(pid_t pid) {
  notifier_.main_process(pid);
  tell_init(pid);
}

void MasterProcess::hand_over_to(pid_t pid) {
  if (master_.facts.stop != StopPhase::none) sys::kill(pid, SIGTERM);  // It is meant by that, too.
  succeeded_ = true;
  master_.facts.succeeded = true;
  notifier_ = Notifier();
  reload_.cancel("svcd has been upgraded meanwhile; ask again");
  master_.listeners.disown();
  home_->abandon();
  const Instant now = master_.loop->refresh_now();
  note_stop(master_.facts, StopPhase::graceful, now, now);
  note_last_stop(master_.facts, now, now);
}

// The successor was told to go, and died: everything may say that it is the master.
void MasterProcess::recover_office() {
  announce_successor(::getpid());
  auto taken = home_->take_office();
  former_control_ = std::move(control_);
  if (taken) taken = open_control(ControlServer::At::taken_path);
  if (!taken) log::error("{}", taken.error().text);
}

// The last one that it was told counts.
void MasterProcess::tell_init(pid_t pid) {
  if (init_ < 0) return;
  if (sys::write(init_, &pid, sizeof pid) != static_cast<ssize_t>(sizeof pid))
    log::error("init can't be told who the master is");
}

}  // namespace svc
