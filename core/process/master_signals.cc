// What operators say by signal (man svc-signals), and how the master ends.
#include <fmt/core.h>

#include <array>

#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/base/units.h"
#include "core/process/access_targets.h"
#include "core/process/drain_report.h"
#include "core/process/master_process.h"
#include "core/process/scale.h"
#include "core/process/status.h"

namespace svc {
namespace {

constexpr std::array kSignals = {SIGTERM, SIGINT,  SIGQUIT, SIGHUP,   SIGUSR1,
                                 SIGUSR2, SIGTTIN, SIGTTOU, SIGWINCH, SIGCHLD};
constexpr Duration kProgressInterval = 1s;
constexpr Duration kStrayTime = 24s;  // As graceful_timeout has it, less a second.

// Whoever resizes a window must not stop a server with it.
bool has_terminal() {
  return Fd(sys::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)).valid();
}

}  // namespace

std::span<const int> MasterProcess::signals() noexcept { return kSignals; }

void MasterProcess::on_signal(int number) {
  switch (number) {
    case SIGCHLD:
      return reap();
    case SIGTERM:
    case SIGINT:
      return stop_or_hurry();
    case SIGQUIT:
      return stop(StopPhase::now);
    case SIGHUP:
      return reload_.ask({});
    case SIGUSR1:
      return reopen_log();
    case SIGUSR2:
      return ask_upgrade(nullptr);
    case SIGTTIN:
      return scale_all(master_, pool_, 1);
    case SIGTTOU:
      return scale_all(master_, pool_, -1);
    case SIGWINCH:
      if (!has_terminal()) drain_workers(master_);
      return;
    default:
      return;
  }
}

void MasterProcess::reap() {
  if (!master_.children.reap()) master_.loop->defer([this] { reap(); });
}

void MasterProcess::reopen_log() {
  reopen_access_logs(master_, pool_, strays_);
  if (auto opened = log::reopen(); !opened) return log::error("{}", opened.error().text);
  pool_.tell_log_target();
  strays_.tell_log_target(log::descriptor());
  log::info("log reopened");
}

void MasterProcess::stop_or_hurry() {
  if (master_.facts.stop != StopPhase::none) return stop(StopPhase::now);
  const Duration delay = master_.config.master.pre_stop_delay;
  if (delay > 0s && master_.facts.announced && in_office()) return announce_stop(delay);
  stop(StopPhase::graceful);
}

// Whoever sends us clients is told, and has time to notice; clients are served as before.
void MasterProcess::announce_stop(Duration delay) {
  const std::string line =
      fmt::format("about to stop; serving on for {} (pre_stop_delay)", format_duration(delay));
  log::info("svcd [{}] is {}", master_.config.master.name, line);
  notifier_.stopping();
  notifier_.status(line);
  for (const auto& call : stop_calls_) call->progress(line);
  reload_.cancel("svcd is stopping");
  upgrade_.cancel("svcd is stopping");
  const Instant now = master_.loop->refresh_now();
  note_stop(master_.facts, StopPhase::announced, now, now);
  pool_.tell_all("", ChannelKind::stopping);
  stop_delay_.arm(*master_.loop, now + delay);
}

std::vector<Listeners::Key> MasterProcess::keys_of_services(bool drain_last) const {
  std::vector<Listeners::Key> keys;
  for (const auto& [name, config] : master_.config.services) {
    if (policy_of(config).drains_last != drain_last) continue;
    for (auto& key : Listeners::keys_of(config)) keys.push_back(std::move(key));
  }
  return keys;
}

void MasterProcess::act(const DrainLast&) {
  if (ends_with_us()) master_.listeners.stop_new_connections(keys_of_services(true));
  const Instant now = master_.loop->refresh_now();
  note_last_stop(master_.facts, now, now + Listener::kRetireTime);
}

void MasterProcess::stop(StopPhase phase) {
  if (phase <= master_.facts.stop) return;
  if (!in_office()) return fail_to_follow("it was told to stop");
  log::info("svcd [{}] stops{}", master_.config.master.name,
            phase == StopPhase::now ? " now" : ": draining");
  if (!master_.facts.announced && exit_status_ == 0) ready_.error("stopped before it was ready");
  notifier_.stopping();
  reload_.cancel("svcd is stopping");
  upgrade_.cancel("svcd is stopping");
  legacy_.pause(true);  // A successor, should we be killed now, finds it as it was.
  // Clients who are half-way in are let in; after that nobody new comes (Listener, the end).
  stop_delay_.disarm();
  pool_.tell_all("", ChannelKind::stopping);
  if (ends_with_us())
    master_.listeners.stop_new_connections(phase == StopPhase::now ? master_.listeners.keys()
                                                                   : keys_of_services(false));
  // Who stops the service means all of its workers; who can't start leaves them to the next.
  if (exit_status_ == 0 && !succeeded_)
    strays_.drain_all(phase == StopPhase::now ? 0s : kStrayTime);
  const Instant now = master_.loop->refresh_now();
  note_stop(master_.facts, phase, now, now + Listener::kRetireTime);
  tell_stop_progress();
}

void MasterProcess::tell_stop_progress() {
  const std::string line = drain_line(master_.facts, pool_, master_.loop->now());
  for (const auto& call : stop_calls_) call->progress(line);
  notifier_.status(line);
  stop_timer_.arm(*master_.loop, master_.loop->now() + kProgressInterval);
}

// Nothing of this master must be found any more when those who wait for its end hear of it: the
// next thing they do may be to start another.
int MasterProcess::leave() {
  constexpr int kFlushTurns = 20;
  stop_timer_.disarm();
  pool_.kill_all();
  reload_.cancel("svcd is stopping");
  upgrade_.cancel("svcd is stopping");
  if (ends_with_us())
    legacy_.give_up();
  else
    master_.listeners.disown();
  master_.listeners.close(master_.listeners.keys());
  home_->move_out();
  log::info("svcd [{}] has {}", master_.config.master.name,
            succeeded_    ? "handed over to its successor"
            : in_office() ? "stopped"
                          : "not followed the former master");
  for (const auto& call : stop_calls_) call->done(0, "stopped");
  stop_calls_.clear();
  for (int i = 0; i < kFlushTurns && control_ && control_->clients() > 0; ++i)
    if (!master_.loop->turn(10ms)) break;
  return exit_status_;
}

}  // namespace svc
