#include "core/process/reload.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/diff.h"
#include "config/wire.h"
#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/log_target.h"
#include "core/base/units.h"
#include "core/process/log_lines.h"
#include "core/process/steering.h"

namespace svc {
namespace {

constexpr char kGood = '+';  // First byte of the helper's answer; then the configuration …
constexpr char kBad = '-';   // … or why there is none.

// Runs in the helper.
std::string load_to_text(const Reload::Load& load) {
  const auto config = load();
  return config ? kGood + serialize(*config) : kBad + config.error().text;
}

Result<Config> config_in(const std::string& answer) {
  const std::string_view text = std::string_view(answer).substr(std::min<size_t>(1, answer.size()));
  if (answer.starts_with(kGood)) return deserialize(text);
  return Error::invalid(std::string(text));
}

// A service whose number follows its load goes on with as many as that wants now.
size_t workers_for(const Generation& generation, const ServiceFacts* facts) {
  const Workers& range = generation.config.workers;
  const WorkerSet* serving = facts != nullptr ? facts->set_in(SetRole::serving) : nullptr;
  if (serving == nullptr || range.automatic || range.min == range.max) return generation.workers;
  return std::clamp<size_t>(wanted_workers(*serving), range.min, range.max);
}

}  // namespace

Reload::Reload(MasterState& master, Pool& pool, Notifier& notifier, Load load)
    : master_(master), pool_(pool), notifier_(notifier), load_(std::move(load)) {}

// 1. Somebody wants a reload.

void Reload::ask(Request request) {
  if (waiting_) {
    if (waiting_->call) waiting_->call->done(1, "superseded by a later reload");
    log::info("a waiting reload is superseded by a later one");
    // What was to be reloaded must not be forgotten.
    if (waiting_->service != request.service) request.service.clear();
  }
  waiting_ = std::move(request);
  look();
  if (waiting_ && waiting_->call)
    waiting_->call->progress(
        "waiting for what is under way: a start, a reload, an upgrade or a drain");
}

bool Reload::may_start() const {
  return !current_ && !master_.upgrading && master_.facts.announced &&
         master_.facts.stop == StopPhase::none && !drains(master_.facts);
}

void Reload::look() {
  if (!waiting_ || !may_start()) return;
  current_ = std::move(*waiting_);
  waiting_.reset();
  master_.facts.reloading = true;
  read_configuration();
}

// 2. The configuration is read, where it can do no harm.

void Reload::read_configuration() {
  log::info("reloading {}", current_->service.empty() ? "all services" : current_->service);
  notifier_.reloading(master_.loop->now());
  if (!load_) return refuse("this program has no configuration to reload");
  HelperOrder order;
  order.name = "configuration";
  order.time_max = kReadTimeMax;
  order.answer_max = kSerializedMax;
  order.body = [this](HelperAnswer& answer) { answer.add(load_to_text(load_)); };
  order.on_answer = [this](Result<std::string> answer) { on_configuration(std::move(answer)); };
  auto reader = Helper::start(*master_.loop, master_.children, std::move(order));
  if (!reader) return refuse(reader.error().text);
  reader_ = std::move(*reader);
}

void Reload::on_configuration(Result<std::string> answer) {
  const auto reader = std::move(reader_);  // Ends with this function, which it has called.
  if (master_.facts.stop != StopPhase::none) return refuse("svcd is stopping");
  if (!answer) return refuse(answer.error().text);
  const auto loaded = config_in(*answer);
  if (!loaded) return refuse(loaded.error().text);
  auto config = wanted_config(*loaded);
  if (!config) return refuse(config.error().text);
  auto plan = prepare(std::move(*config));
  if (!plan) return refuse(plan.error().text);
  begin_trial(std::move(*plan));
}

// 3. What would change, and can it?

Result<Config> Reload::wanted_config(const Config& loaded) const {
  Config wanted = loaded;
  if (const std::string& name = current_->service; !name.empty()) {
    const auto found = loaded.services.find(name);
    if (found == loaded.services.end())
      return Error::invalid(fmt::format("no service \"{}\" in {}", name, loaded.file));
    wanted = master_.config;
    wanted.services[name] = found->second;
  }
  if (std::string why = needs_restart(diff(master_.config, wanted)); !why.empty())
    return Error::invalid(std::move(why));
  return wanted;
}

// Opens everything that the new workers need. After an error, nothing has changed.
Result<Reload::Plan> Reload::prepare(Config config) {
  Plan plan;
  plan.config = std::move(config);
  Result<> prepared;
  for (const auto& [name, service] : plan.config.services) {
    if (!current_->service.empty() && name != current_->service) continue;
    prepared = prepare_service(name, plan);
    if (!prepared) break;
  }
  if (prepared) prepared = check_log(plan.config.log);
  if (prepared) return plan;
  master_.listeners.close(plan.opening.opened);
  std::erase_if(master_.services,
                [&](const auto& it) { return master_.facts.service(it.first) == nullptr; });
  return std::move(prepared).error();
}

// Where nothing can be written nobody would learn how the new generation does.
Result<> Reload::check_log(const LogConfig& wanted) const {
  if (wanted.target == master_.config.log.target) return {};
  auto opened = LogTarget::named(wanted.target);
  if (!opened) return Error::of(opened.error().code, "log.target: " + opened.error().text);
  return {};
}

Result<> Reload::prepare_service(const std::string& name, Plan& plan) {
  const ServiceConfig& config = plan.config.services.at(name);
  Service& service = master_.services[name];
  SVC_TRY(auto generation, make_generation(++service.last_generation, config, plan.config.master));
  generation->workers = workers_for(*generation, master_.facts.service(name));
  if (master_.slots.free_for(name) < generation->workers)
    return Error::of(std::errc::no_space_on_device,
                     fmt::format("service {}: {} new workers beside the old ones are more than "
                                 "the board has room for",
                                 name, generation->workers));
  SVC_TRY_VOID(master_.listeners.open_for(config, generation->workers, plan.opening));
  plan.generations.push_back(std::move(generation));
  return {};
}

// 4. The new workers boot, beside the old ones, who don't notice.

void Reload::begin_trial(Plan plan) {
  size_t workers = 0;
  for (const auto& generation : plan.generations) {
    const std::string& name = generation->config.name;
    master_.services[name].generations[generation->number] = generation;
    ServiceFacts* facts = master_.facts.service(name);
    if (facts == nullptr) {
      facts = &master_.facts.services.emplace_back();
      facts->name = name;
    }
    facts->sets.push_back(make_set(generation->number, SetRole::incoming, generation->workers,
                                   policy_of(generation->config)));
    workers += generation->workers;
  }
  if (current_->call)
    current_->call->progress(fmt::format("booting {} of {}", format_count(workers, "worker"),
                                         format_count(plan.generations.size(), "service")));
  plan_ = std::move(plan);
  master_.trial_config = &plan_->config;
  master_.facts.trial.emplace();
}

// 5a. Every new worker is ready: from here on they serve, and the old ones drain.

void Reload::promote() {
  SVC_CHECK(plan_ && current_);
  put_in_force();
  ++master_.promotions;
  master_.facts.trial.reset();
  master_.trial_config = nullptr;
  plan_.reset();
  const std::string line = fmt::format("promoted generation {}", master_.promotions);
  log::info("{}", line);
  finish(0, line);
}

void Reload::put_in_force() {
  const Instant now = master_.loop->refresh_now();
  const LogConfig log_before = master_.config.log;
  master_.config = std::move(plan_->config);
  for (const auto& generation : plan_->generations) put_on_probation(*generation, now);
  retire_services(now);
  for (const auto& generation : plan_->generations) {
    ServiceFacts* facts = master_.facts.service(generation->config.name);
    WorkerSet* incoming = find_set(*facts, generation->number);
    if (WorkerSet* serving = facts->set_in(SetRole::serving)) note_outgoing(*serving, now, now);
    incoming->role = SetRole::serving;
    incoming->serving_since = now;
    steer_anew(master_, pool_, generation->config.name);
  }
  apply_log(log_before);
}

// A generation that has served through its probation is what a successor that doesn't is replaced
// by.
void Reload::put_on_probation(const Generation& generation, Instant now) {
  ServiceFacts& facts = *master_.facts.service(generation.config.name);
  Service& service = master_.services.at(generation.config.name);
  const WorkerSet* serving = facts.set_in(SetRole::serving);
  if (serving != nullptr && !on_probation(*serving, now))
    service.last_good = service.generations.at(serving->generation);
  if (service.last_good && !current_->restores)
    find_set(facts, generation.number)->on_probation_since = now;
}

// Three of its workers crashed before it had served for long. What else drains meanwhile goes on
// draining: this can't wait.
void Reload::restore(const std::string& name) {
  SVC_CHECK(!current_);
  ServiceFacts& facts = *master_.facts.service(name);
  Service& service = master_.services.at(name);
  WorkerSet& serving = *facts.set_in(SetRole::serving);
  serving.on_probation_since.reset();
  serving.given_up = true;  // Unless this fails: finish().
  SVC_CHECK(service.last_good != nullptr);
  if (master_.upgrading) {
    serving.given_up = false;
    return log::error("{}: generation {} crashes, and is not taken back during an upgrade", name,
                      serving.generation);
  }
  log::error(
      "{}: {} workers of generation {} crashed within its first {}; going back to "
      "generation {}",
      name, serving.probation_deaths, serving.generation, format_duration(kProbation),
      service.last_good->number);
  current_ = Request{.service = name, .call = nullptr, .restores = true};
  master_.facts.reloading = true;
  Plan plan;
  plan.config = master_.config;
  plan.config.services[name] = service.last_good->config;
  auto generation = copy_generation(++service.last_generation, *service.last_good);
  if (!generation) return refuse(generation.error().text);
  const auto opened =
      master_.listeners.open_for((*generation)->config, (*generation)->workers, plan.opening);
  if (!opened) {
    master_.listeners.close(plan.opening.opened);
    return refuse(opened.error().text);
  }
  plan.generations.push_back(std::move(*generation));
  begin_trial(std::move(plan));
}

// Addresses that are no longer configured are shut to new clients; the workers that accept on them
// go on for a moment, for those who are half-way in. Services that are gone end like a generation.
void Reload::retire_services(Instant now) {
  std::vector<Listeners::Key> needed;
  for (const auto& [name, config] : master_.config.services)
    for (auto& key : Listeners::keys_of(config)) needed.push_back(std::move(key));
  for (const auto& key : master_.listeners.keys())
    if (std::find(needed.begin(), needed.end(), key) == needed.end()) retired_.push_back(key);
  master_.listeners.stop_new_connections(retired_);

  for (ServiceFacts& facts : master_.facts.services) {
    WorkerSet* serving = facts.set_in(SetRole::serving);
    if (serving == nullptr) continue;
    const auto& former = master_.services.at(facts.name).generations.at(serving->generation);
    const auto keys = Listeners::keys_of(former->config);
    const bool loses_address = std::any_of(keys.begin(), keys.end(), [this](const auto& key) {
      return std::find(retired_.begin(), retired_.end(), key) != retired_.end();
    });
    const bool goes = !master_.config.services.contains(facts.name);
    if (goes || loses_address)
      note_outgoing(*serving, now, now + (loses_address ? Listener::kRetireTime : 0ms));
  }
}

void Reload::close_retired() {
  if (drains(master_.facts)) return;
  master_.listeners.close(retired_);
  retired_.clear();
}

void Reload::apply_log(const LogConfig& before) {
  const LogConfig& now = master_.config.log;
  log::set_level(now.level);
  log::set_format(now.format);
  if (now.target == before.target) return;
  if (auto opened = log::open({now.level, now.format, now.target}); !opened)
    log::error("{}; logging as before", opened.error().text);
  else
    pool_.tell_log_target();
}

// 5b. One of them is not: the new set goes, and nothing has happened.

void Reload::roll_back(const std::string& why) {
  SVC_CHECK(plan_ && current_);
  const Instant now = master_.loop->refresh_now();
  for (const auto& generation : plan_->generations)
    if (ServiceFacts* facts = master_.facts.service(generation->config.name))
      if (WorkerSet* set = find_set(*facts, generation->number)) note_outgoing(*set, now, now);
  master_.listeners.close(plan_->opening.opened);
  master_.facts.trial.reset();
  master_.trial_config = nullptr;
  plan_.reset();
  refuse(why);
}

void Reload::refuse(const std::string& why) {
  log_lines(LogLevel::error, "reload failed, the former generation stays: " + why);
  finish(1, why);
}

// The first line is the answer, the others (frames, further errors) are told before it.
void Reload::finish(int status, const std::string& text) {
  const auto request = std::move(*current_);
  current_.reset();
  if (request.restores && status != 0)
    if (WorkerSet* serving = master_.facts.service(request.service)->set_in(SetRole::serving))
      serving->given_up = false;
  master_.facts.reloading = false;
  notifier_.ready(status == 0 ? text : "reload failed, the former generation serves");
  if (!request.call) return;
  size_t end = text.find('\n');
  const std::string first = text.substr(0, end);
  while (end != text.npos) {
    const size_t next = text.find('\n', end + 1);
    request.call->progress(text.substr(end + 1, next - end - 1));
    end = next;
  }
  request.call->done(status, first);
}

void Reload::cancel(const std::string& why) {
  if (waiting_ && waiting_->call) waiting_->call->done(1, why);
  waiting_.reset();
  if (reader_) {
    reader_.reset();
    refuse(why);
  }
}

}  // namespace svc
