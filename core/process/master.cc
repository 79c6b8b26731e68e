#include "core/process/master.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/process_title.h"
#include "core/base/sys.h"
#include "core/process/master_process.h"
#include "core/process/status.h"

namespace svc {
namespace {

constexpr Duration kSleepMax = 60s;
constexpr int kRoundsMax = 64;       // Of decisions in one turn; what is left comes next turn.
constexpr int kFailedTurnsMax = 10;  // In a row; then the loop is broken for good.

// A descriptor of ours must not become anybody's stdout.
Result<> ensure_stdio() {
  for (;;) {
    Fd fd(sys::open("/dev/null", O_RDWR));
    if (!fd) return Error::from_errno("open /dev/null");
    if (fd.get() > 2) return {};
    static_cast<void>(fd.release());
  }
}

}  // namespace

Result<std::unique_ptr<Master>> Master::create(MasterOptions options) {
  SVC_TRY_VOID(ensure_stdio());
  SVC_TRY(auto loop, EventLoop::create());
  SVC_TRY(Board board, Board::create(Board::kSlotsMax));  // Memory is taken as slots are used.
  auto inheritance = std::move(options.inheritance);
  auto master =
      std::make_unique<MasterProcess>(std::move(options), std::move(loop), std::move(board));
  SVC_TRY_VOID(master->set_up(std::move(inheritance)));
  return std::unique_ptr<Master>(std::move(master));
}

MasterProcess::MasterProcess(MasterOptions options, std::unique_ptr<EventLoop> loop, Board board)
    : master_(std::move(loop), std::move(board)),
      pool_(master_),
      legacy_(master_, notifier_),
      strays_(*master_.loop),
      reload_(master_, pool_, notifier_, std::move(options.load)),
      upgrade_({.master = master_,
                .legacy = legacy_,
                .command = std::move(options.command),
                .init = options.init,
                .pid_file = [this] { return home_->pid_file(); },
                .may_start =
                    [this] {
                      return master_.facts.announced && master_.facts.stop == StopPhase::none &&
                             reload_.idle() && !drains(master_.facts) && master_.lives.alone();
                    },
                .on_ready = [this](pid_t pid) { announce_successor(pid); },
                .on_successor = [this](pid_t pid) { hand_over_to(pid); },
                .on_recover = [this] { recover_office(); }}),
      load_watch_(master_, pool_),
      herald_(master_, pool_),
      init_(options.init),
      ready_fd_(options.ready_pipe),
      stop_delay_([this] { stop(StopPhase::graceful); }),
      stop_timer_([this] { tell_stop_progress(); }),
      watchdog_timer_([this] { feed_watchdog(); }) {
  master_.config = std::move(options.config);
  master_.worker_main = std::move(options.worker_main);
}

MasterProcess::~MasterProcess() {
  log::on_dropped({});
  pool_.kill_all();
  if (!ends_with_us()) master_.listeners.disown();
}

Result<> MasterProcess::set_up(std::optional<Inheritance> inheritance) {
  auto done = set_up_parts(std::move(inheritance));
  if (!done && successor_) successor_->failed(done.error().text);
  return done;
}

Result<> MasterProcess::set_up_parts(std::optional<Inheritance> inheritance) {
  SVC_TRY(signals_,
          SignalSource::open(*master_.loop, signals(), [this](int number) { on_signal(number); }));
  if (inheritance) {
    SVC_TRY_VOID(inherit(std::move(*inheritance)));
  } else {
    SVC_TRY(Home home, Home::move_in(master_.config));
    home_.emplace(std::move(home));
    SVC_TRY_VOID(master_.listeners.take_inherited());
    SVC_TRY_VOID(take_over());
  }
  for (const auto& [name, config] : master_.config.services) SVC_TRY_VOID(set_up_service(config));
  for (const std::string& socket : master_.listeners.idle_inherited())
    log::warn(
        "a socket that was passed to us is no service's: {}; nobody answers there until a "
        "service has it in its listen",
        socket);
  if (in_office()) SVC_TRY_VOID(open_control(ControlServer::At::free_path));
  notifier_ = Notifier::from_environment();
  return {};
}

Result<> MasterProcess::set_up_service(const ServiceConfig& config) {
  Service& service = master_.services[config.name];
  SVC_TRY(auto generation,
          make_generation(++service.last_generation, config, master_.config.master));
  Listeners::Opening opening;
  SVC_TRY_VOID(master_.listeners.open_for(config, generation->workers, opening));
  if (const auto cut = backlog_cut_to(static_cast<int>(config.backlog)))
    log::warn("service {}: backlog {} is cut to {} by net.core.somaxconn", config.name,
              config.backlog, *cut);
  service.generations[generation->number] = std::move(generation);
  return {};
}

int MasterProcess::run() {
  set_process_title(fmt::format("svcd: master [{}]", master_.config.master.name));
  log::set_tags({.role = "master", .service = {}, .worker = -1});
  log::set_patient(true);
  log::on_dropped(
      [this](uint64_t lines) { master_.board.master_log_lines_dropped().add_shared(lines); });
  ready_ = ReadyPipe(ready_fd_);
  master_.facts.strict_boot = ready_.waited_for();
  reap();  // Children of whoever became us by exec(2): of those that ended before, nobody is told.
  master_.started = look_again_ = master_.loop->refresh_now();
  log::info("svcd [{}] starts: {}", master_.config.master.name, listening(master_));
  start_first_generation();
  feed_watchdog();
  strays_.watch();
  load_watch_.start();
  while (!left_) turn();
  return leave();
}

void MasterProcess::start_first_generation() {
  for (const auto& [name, service] : master_.services) {
    const Generation& generation = *service.generations.begin()->second;
    ServiceFacts& facts = master_.facts.services.emplace_back();
    facts.name = name;
    // A successor's wait until they may serve: nothing has happened if they fail.
    facts.sets.push_back(make_set(generation.number,
                                  successor_ ? SetRole::incoming : SetRole::serving,
                                  generation.workers, policy_of(generation.config)));
  }
  if (successor_) master_.facts.trial.emplace();
}

// One turn of the master: wait for facts, look at them, do what follows.
void MasterProcess::turn() {
  const Instant planned = look_again_;
  const Duration wait = std::clamp(planned - master_.loop->now(), Duration::zero(), kSleepMax);
  if (auto turned = master_.loop->turn(wait); turned) {
    failed_turns_ = 0;
  } else {
    log::error("{}", turned.error().text);
    if (++failed_turns_ >= kFailedTurnsMax) {  // Nothing can be heard any more.
      exit_status_ = 1;
      left_ = true;
    }
  }
  const Instant now = master_.loop->refresh_now();
  if (const Duration by = overslept(master_.facts, planned, now); by > Duration::zero()) {
    log::warn("the master stood still for {} ms: no worker is blamed for that time",
              std::chrono::duration_cast<std::chrono::milliseconds>(by).count());
    note_overslept(master_.facts, by, now);
  }
  look();
}

void MasterProcess::look() {
  pool_.observe();
  for (int round = 0; round < kRoundsMax && !left_; ++round) {
    const Decisions decisions = supervise(master_.facts, master_.loop->now());
    look_again_ = std::min(decisions.look_again, master_.loop->now() + kSleepMax);
    if (decisions.actions.empty()) break;
    look_again_ = master_.loop->now();
    for (const Action& action : decisions.actions) carry_out(action);
  }
  reload_.look();  // The generation that one waits for may just have ended; no event tells later.
  if (!scaling_.empty()) look_at_scaling();
  upgrade_.look();
  look_after_strays();
  legacy_.look();
  herald_.look();
  tell_progress();
}

void MasterProcess::carry_out(const Action& action) {
  std::visit([this](const auto& it) { act(it); }, action);
}

// What it must not serve, and what else it should, it knows before its first connection.
void MasterProcess::act(const TellServe& action) {
  const SeatRef at = find_worker(master_.facts, action.worker);
  SVC_CHECK(at);
  brief_of_quarantine(pool_, at);
  if (master_.facts.stop != StopPhase::none)
    pool_.tell_worker(action.worker, ChannelKind::stopping, 0);
  brief_keeper(master_, pool_, at.service->name, at.seat->index);
  pool_.serve(action);
}

void MasterProcess::act(const ForgetSeat& action) {
  ServiceFacts* service = master_.facts.service(action.service);
  WorkerSet* set = service != nullptr ? find_set(*service, action.generation) : nullptr;
  SVC_CHECK(set != nullptr);
  std::erase_if(set->seats, [&](const Seat& seat) {
    return !seat.stays() && !seat.worker && seat.index == action.index;
  });
}

void MasterProcess::act(const ForgetSet& action) {
  ServiceFacts* facts = master_.facts.service(action.service);
  SVC_CHECK(facts != nullptr);
  std::erase_if(facts->sets,
                [&](const WorkerSet& set) { return set.generation == action.generation; });
  const auto service = master_.services.find(action.service);
  service->second.generations.erase(action.generation);
  log::info("{}: generation {} has ended", action.service, action.generation);
  if (facts->sets.empty() && !master_.config.services.contains(action.service)) {
    legacy_.forget(action.service);
    master_.services.erase(service);
    std::erase_if(master_.facts.services,
                  [&](const ServiceFacts& it) { return it.name == action.service; });
  }
  reload_.close_retired();
}

void MasterProcess::act(const Promote&) {
  if (in_office()) return reload_.promote();
  be_ready();
}

void MasterProcess::act(const RollBack& action) {
  if (in_office()) return reload_.roll_back(action.why);
  fail_to_follow(action.why);
}

void MasterProcess::act(const Announce&) {
  master_.facts.announced = true;
  ++master_.promotions;
  settle();
  const std::string where = listening(master_);
  const bool in_part = std::any_of(master_.facts.services.begin(), master_.facts.services.end(),
                                   [](const auto& it) { return it.boot_failure.has_value(); });
  log::info("{}: {}", in_part ? "ready in part" : "ready", where);
  for (const ServiceFacts& service : master_.facts.services)
    if (service.boot_failure) log::error("{} does not come up and is tried again", service.name);
  notifier_.ready(summary(master_.facts));
  ready_.ready(where);
}

void MasterProcess::act(const GiveUp& action) {
  log::error("svcd [{}] gives up: no service came up", master_.config.master.name);
  ready_.error(action.why);
  exit_status_ = 1;
  stop(StopPhase::now);
}

void MasterProcess::tell_progress() {
  if (!notifier_.listening() && !ready_.waited_for() && !successor_) return;
  std::string now = summary(master_.facts);
  if (now == told_) return;
  told_ = std::move(now);
  ready_.progress(told_);
  if (!in_office()) successor_->progress(told_);
  if (master_.facts.announced && master_.facts.stop == StopPhase::none) notifier_.status(told_);
}

// While the loop turns, unless every ready worker is silent: then a restart of all is the cure.
void MasterProcess::feed_watchdog() {
  const auto interval = notifier_.watchdog_interval();
  if (!interval) return;
  const Instant now = master_.loop->now();
  bool any_ready = false, any_alive = false;
  for (const ServiceFacts& service : master_.facts.services)
    for (const WorkerSet& set : service.sets)
      for (const Seat& seat : set.seats)
        if (seat.worker && seat.worker->state == WorkerState::ready) {
          any_ready = true;
          const Instant sign = std::max(seat.worker->beat, master_.facts.awake_since);
          any_alive |= now - sign < set.policy.heartbeat_timeout;
        }
  if (in_office() && (any_alive || !any_ready)) notifier_.watchdog();
  watchdog_timer_.arm(*master_.loop, now + *interval);
}

}  // namespace svc
