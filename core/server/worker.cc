#include "core/server/worker.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/base/log.h"
#include "core/base/random.h"
#include "core/base/sys.h"
#include "core/base/units.h"
#include "core/builtin/builtins.h"
#include "core/http/server.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/process/last_words.h"
#include "core/sdk/app.h"
#include "core/sdk/host.h"
#include "core/server/accept_queues.h"
#include "core/server/http_limits.h"
#include "core/server/module_loader.h"
#include "core/server/module_options.h"
#include "core/server/module_upstreams.h"
#include "core/server/observers.h"
#include "core/server/orphan.h"
#include "core/server/pool_observer.h"
#include "core/server/proxy_rules.h"
#include "core/server/self_report.h"
#include "core/server/tell_routes.h"
#include "core/server/wear.h"
#include "core/server/worker_signals.h"

namespace svc {
namespace {

constexpr size_t kFibersBesideRequests = 64 + kBackgroundMax;  // And boot, stop hooks.
// Each request may do several things at once (svc::all); together they are bounded by what the
// system has mappings for, two a fiber.
constexpr size_t kFibersOfARequest = 4;
constexpr size_t kFibersMax = 24'000;

// Whose number follows its load is asked for that once a second.
Duration beat_interval(const ServiceConfig& service) {
  const bool scales = !service.workers.automatic && service.workers.min < service.workers.max;
  return scales ? std::min<Duration>(service.heartbeat_interval, 1s) : service.heartbeat_interval;
}

// Everything a worker is made of, in the order in which it comes to life.
class Worker {
 public:
  Worker(WorkerStart start, const ModuleInfo* linked)
      : start_(std::move(start)),
        linked_(linked),
        channel_watch_(*this),
        signal_watch_(*this),
        queues_(std::move(start_.sockets)) {}

  // Boots, serves, drains. Returns the exit status.
  int run();

 private:
  // What arrives on the channel, and SIGTERM.
  struct ChannelWatch final : Watcher {
    explicit ChannelWatch(Worker& owner) : worker(owner) {}
    void on_ready(uint32_t) override { worker.read_channel(); }
    Worker& worker;
  };
  struct SignalWatch final : Watcher {
    explicit SignalWatch(Worker& owner) : worker(owner) {}
    void on_ready(uint32_t) override { worker.read_signal(); }
    Worker& worker;
  };

  Result<> prepare();
  Result<const ModuleInfo*> module();
  void boot();  // In a fiber: provision hooks may wait.
  Result<> load_service();
  Result<> open_for_business();
  void beat();
  Result<> begin_to_accept();
  void read_channel();
  void on_message(ChannelMessage message);
  void lose_master();
  void find_master();
  void close_addresses();
  void ask_for_replacement(const std::string& why);
  std::string route_name(uint64_t route) const;
  void read_signal();
  void drain(Duration left);  // Again: only an earlier end matters.
  void finish();              // Drained: stop hooks, goodbye.
  void fail(const std::string& why);
  void leave(int status);

  WorkerStart start_;
  const ModuleInfo* linked_;
  ChannelWatch channel_watch_;
  SignalWatch signal_watch_;
  Fd signals_;
  std::unique_ptr<EventLoop> loop_;
  std::optional<Fibers> fibers_;
  std::optional<PoolObserver> observer_;
  std::optional<OffloadPool> pool_;
  std::optional<WorkerBinding> binding_;
  std::optional<App> app_;
  std::optional<Observers> observers_;
  std::optional<HttpServer> server_;
  std::optional<Timer> beat_timer_;
  std::optional<Orphan> orphan_;
  AcceptQueues queues_;
  std::optional<Wear> wear_;
  Instant drain_end_ = Instant::max();
  Duration busy_told_{};
  bool replacement_asked_ = false;
  bool draining_ = false;
  bool hands_over_ = false;  // Siblings stay when this worker goes.
  int status_ = 0;
};

int Worker::run() {
  if (auto prepared = prepare(); !prepared) {
    fail(prepared.error().text);
    return status_;
  }
  auto booting = fibers_->spawn([this] { boot(); });
  if (!booting) fail(booting.error().text);
  if (status_ == 0)
    if (auto ran = loop_->run(); !ran) fail(ran.error().text);
  return status_;
}

Result<> Worker::prepare() {
  SVC_TRY(signals_, take_worker_signals());
  SVC_TRY_VOID(install_crash_handlers(start_.channel.descriptor(), *start_.slot));
  SVC_TRY(loop_, EventLoop::create());
  loop_->busy_poll(start_.service.busy_poll);
  FiberLimits limits;
  limits.live_max = std::min(start_.service.http.requests_max * kFibersOfARequest, kFibersMax) +
                    kFibersBesideRequests;
  fibers_.emplace(*loop_, limits);
  observer_.emplace(*start_.slot);
  pool_.emplace(*loop_,
                OffloadPool::Options{.threads = start_.service.threads, .observer = &*observer_});
  std::vector<RegionHandle> regions;
  for (const RegionStart& region : start_.regions)
    regions.push_back({region.name, Fd(region.memfd), static_cast<size_t>(region.size)});
  binding_.emplace(WorkerInfo{start_.service.name, start_.index, start_.generation, ::getpid()},
                   &*pool_, std::move(regions));
  SVC_TRY_VOID(take_observation(start_));
  SVC_TRY_VOID(loop_->watch(start_.channel.descriptor(), EPOLLIN, channel_watch_));
  return loop_->watch(signals_.get(), EPOLLIN, signal_watch_);
}

void Worker::boot() {
  if (auto loaded = load_service(); !loaded) return fail(loaded.error().text);
  if (draining_) return leave(0);  // Told to go before there was anything to drain.
  if (auto opened = open_for_business(); !opened) return fail(opened.error().text);
}

Result<const ModuleInfo*> Worker::module() {
  const std::string& builtin = start_.service.builtin;
  if (const ModuleInfo* own = find_builtin(builtin);
      own != nullptr && (linked_ == nullptr || builtin != linked_->name))
    return own;
  if (linked_ == nullptr) return load_module(std::move(start_.module), start_.module_path);
  SVC_TRY_VOID(check_module(*linked_, start_.service.name));
  return linked_;
}

// The one place where a service's own code runs before there are requests.
Result<> Worker::load_service() {
  SVC_TRY(const ModuleInfo* info, module());
  refresh_crash_handlers();  // Frames of the module can be named from here on.
  try {
    app_.emplace(module_options(start_.service));
    app_->set_version(info->version);
    app_->upstreams().configure(module_upstreams(start_.service), start_.service.name);
    app_->upstreams().show_in(start_.slot->upstreams);
    info->routes(*app_);
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& failure) {
    return Error::invalid(failure.what());
  } catch (...) {
    return Error::invalid("the service's code threw what is no std::exception");
  }
  SVC_TRY_VOID(app_->seal());
  return app_->start();
}

Result<> Worker::open_for_business() {
  observers_.emplace(*loop_, start_, *app_);
  const uint64_t answers = answers_until_worn(start_.service, thread_random().unit());
  SVC_TRY(const ProxyRules proxy, proxy_rules(start_.service));
  server_.emplace(HttpServer::Parts{.loop = *loop_,
                                    .fibers = *fibers_,
                                    .application = *app_,
                                    .slot = *start_.slot,
                                    .limits = http_limits(start_.service),
                                    .proxy = proxy,
                                    .answers_until_worn = answers,
                                    .on_worn =
                                        [this, answers] {
                                          wear_->worn(fmt::format(
                                              "it has given {} answers (max_requests)", answers));
                                        },
                                    .observer = observers_->requests(),
                                    .slow_observer = observers_->slow(),
                                    .rows = start_.rows,
                                    .service = start_.service.name});
  wear_.emplace(
      start_.service, *start_.slot, [this](uint64_t route) { return route_name(route); },
      [this](const std::string& why) { ask_for_replacement(why); });
  SVC_TRY_VOID(tell_routes(*app_, start_.channel));
  beat_timer_.emplace([this] { beat(); });
  beat();
  return start_.channel.send(ChannelKind::ready);
}

void Worker::beat() {
  tell_beat(*start_.slot, *loop_, *pool_, busy_told_);
  beat_timer_->arm(*loop_, loop_->now() + beat_interval(start_.service));
  if (queues_.accepting()) wear_->look(loop_->now());
}

// A worker that is ready accepts nothing before it is told to: the rest of its generation may still
// fail.
Result<> Worker::begin_to_accept() {
  if (!server_ || draining_ || queues_.accepting()) return {};
  SVC_TRY_VOID(queues_.open(*server_));
  return start_.hand_over_in >= 0 ? server_->receive_from(start_.hand_over_in) : Result<>();
}

void Worker::read_channel() {
  for (;;) {
    auto message = start_.channel.receive();
    if (!message && message.error().code == std::errc::protocol_error) continue;
    if (!message) return lose_master();
    if (!*message) return;
    on_message(std::move(**message));
  }
}

// Nobody would ever replace or stop us. A worker that serves goes on for a while, for the next
// master; one that never did is of no use to anybody.
void Worker::lose_master() {
  loop_->unwatch(start_.channel.descriptor(), channel_watch_);
  if (draining_) return;
  if (!queues_.accepting()) return drain(0s);
  log::warn("the master is gone: serving on for {} at most",
            format_duration(start_.orphan_timeout));
  if (!orphan_)
    orphan_.emplace(*loop_, start_,
                    Orphan::Events{[this] { find_master(); },
                                   [this] {
                                     log::warn("no other master has come");
                                     drain(start_.service.graceful_timeout);
                                   }});
  if (auto waiting = orphan_->wait(); !waiting) fail(waiting.error().text);
}

void Worker::find_master() {
  auto watching = loop_->watch(start_.channel.descriptor(), EPOLLIN, channel_watch_);
  if (!watching) fail(watching.error().text);
}

void Worker::on_message(ChannelMessage message) {
  Result<> done;
  switch (message.kind) {
    case ChannelKind::serve:
      done = begin_to_accept();
      break;
    case ChannelKind::accept_also:
      if (!draining_) done = queues_.add(std::move(message.descriptors));
      break;
    case ChannelKind::accept_no_longer:
      return queues_.remove(message.descriptors);
    case ChannelKind::accept_anew:
      return queues_.look_again();
    case ChannelKind::stopping:
      return note_stopping();
    case ChannelKind::quarantine:
    case ChannelKind::release:
      if (server_) server_->quarantine(message.number, message.kind == ChannelKind::quarantine);
      return;
    case ChannelKind::drain:
    case ChannelKind::retire:
      hands_over_ = message.kind == ChannelKind::retire;
      return drain(std::chrono::milliseconds(message.number));
    case ChannelKind::log_target:
    case ChannelKind::access_target:
      return take_log_target(std::move(message), start_, observers_ ? &*observers_ : nullptr);
    default:
      log::warn("message {} from the master is not for workers",
                static_cast<unsigned>(message.kind));
  }
  // A worker that can't accept is of no use, and the master would never know.
  if (!done) fail(done.error().text);
}

// TERM: whoever ends a worker by hand means this one, not the service's clients. A second one, or
// one that nobody can see to: it goes by itself.
void Worker::read_signal() {
  signalfd_siginfo info;
  while (sys::read(signals_.get(), &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
    if (queues_.accepting() && !replacement_asked_ && !draining_ && !orphan_)
      ask_for_replacement("it was sent SIGTERM");
    else
      drain(start_.service.graceful_timeout);
  }
}

void Worker::ask_for_replacement(const std::string& why) {
  if (orphan_) return;  // Nobody would replace it; it goes when the next master's workers serve.
  if (std::exchange(replacement_asked_, true) || draining_) return;
  if (auto asked = start_.channel.send(ChannelKind::replace, 0, why); !asked)
    drain(start_.service.graceful_timeout);
}

// They are free for the next master once nobody listens: its successor would find them in the
// store, and call at the orphan socket, only as long as somebody accepts.
void Worker::close_addresses() {
  queues_.close();
  Fd(std::exchange(start_.store, -1)).reset();
  Fd(std::exchange(start_.orphans, -1)).reset();
}

std::string Worker::route_name(uint64_t route) const {
  const auto routes = app_->routes();
  return route < routes.size() ? routes[route].method + " " + routes[route].pattern
                               : std::string("no route");
}

void Worker::drain(Duration left) {
  draining_ = true;
  drain_end_ = std::min(drain_end_, loop_->now() + left);
  if (binding_) binding_->background().hurry(drain_end_);
  if (orphan_) orphan_->stop();
  if (!server_) return;  // Still booting: boot() sees the flag.
  const auto on_drained = [this] {
    // From the server's own callback: it must be out of its hands before hooks run.
    loop_->defer([this] {
      if (auto stopping = fibers_->spawn([this] { finish(); }); !stopping) leave(0);
    });
  };
  server_->hand_over_to(hands_over_ ? start_.hand_over_out : -1);
  server_->drain(loop_->now() + left, on_drained, [this] { close_addresses(); });
}

void Worker::finish() {
  const bool ended = binding_->background().end(drain_end_);
  // What could not be interrupted still runs on a thread of the pool: nothing of what it uses may
  // be taken away.
  if (server_->in_flight() == 0 && ended) app_->stop();
  static_cast<void>(start_.channel.send(ChannelKind::drained));  // A dead master reads nothing.
  leave(0);
}

void Worker::fail(const std::string& why) {
  log::error("{}", why);
  static_cast<void>(start_.channel.send(ChannelKind::failed, 0, why.substr(0, kChannelTextMax)));
  leave(1);
}

void Worker::leave(int status) {
  status_ = status;
  if (observers_) observers_->flush();
  if (loop_) loop_->stop();
}

}  // namespace

int worker_main(WorkerStart start, const ModuleInfo* linked) {
  log::set_tags(
      {.role = "worker", .service = start.service.name, .worker = static_cast<int>(start.index)});
  // Never destroyed: the process leaves with _exit, and a fiber that a service left hanging must
  // not be able to hold that up.
  auto* worker = new Worker(std::move(start), linked);
  return worker->run();
}

}  // namespace svc
