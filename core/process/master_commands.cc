// What svcctl asks over the control socket (commands.h has the table), and the answers.
#include <fmt/core.h>
#include <limits.h>

#include <array>
#include <charconv>

#include "config/emit.h"
#include "core/base/json_writer.h"
#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/base/units.h"
#include "core/base/version.h"
#include "core/process/master_process.h"
#include "core/process/scale.h"
#include "core/process/status.h"

namespace svc {
namespace {

// Wherever the log's descriptor leads, if that is a file: also when `svcctl start` redirected
// stderr.
std::string log_path() {
  std::array<char, PATH_MAX> path;
  struct stat facts {};
  if (sys::fstat(log::descriptor(), &facts) < 0 || !S_ISREG(facts.st_mode)) return {};
  const std::string link = "/proc/self/fd/" + std::to_string(log::descriptor());
  const ssize_t size = sys::readlink(link.c_str(), path.data(), path.size());
  return size <= 0 ? std::string() : std::string(path.data(), static_cast<size_t>(size));
}

Result<size_t> wanted_number(const std::string& text) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1 ||
      number > kWorkersMax)
    return Error::invalid(
        fmt::format("\"{}\" is no number of workers: 1 to {}", text, kWorkersMax));
  return number;
}

std::string config_document(const Config& config) {
  std::string text;
  JsonWriter json(text);
  show_config_json(config, json);
  return text;
}

}  // namespace

Result<> MasterProcess::open_control(ControlServer::At at) {
  SVC_TRY(control_, ControlServer::open(
                        *master_.loop, home_->paths().control,
                        [this](const std::shared_ptr<ControlCall>& call) { on_call(call); }, at));
  return {};
}

void MasterProcess::on_call(const std::shared_ptr<ControlCall>& call) {
  if (succeeded_) return call->done(1, "svcd was upgraded at this moment; ask again");
  const std::string argument = call->arguments().empty() ? "" : call->arguments().front();
  switch (call->command()) {
    case ControlCommand::status:
      call->document(status_document(master_, pool_));
      return call->done(0);
    case ControlCommand::stop:
      return answer_stop(call);
    case ControlCommand::reload:
      if (master_.facts.stop != StopPhase::none) return call->done(1, "svcd is stopping");
      return reload_.ask({argument, call});
    case ControlCommand::upgrade:
      return ask_upgrade(call);
    case ControlCommand::scale:
      return answer_scale(call);
    case ControlCommand::unquarantine:
      return answer_unquarantine(call);
    case ControlCommand::config:
      call->document(config_document(master_.config));
      return call->done(0);
    case ControlCommand::routes: {
      const auto document = routes_document(master_, argument);
      if (!document) return call->done(1, document.error().text);
      call->document(*document);
      return call->done(0);
    }
    case ControlCommand::log_target:
      return call->done(0, log_path());
    case ControlCommand::version:
      return call->done(0, kVersion);
    case ControlCommand::reopen:
      reopen_log();
      return call->done(0, log_path());
  }
}

void MasterProcess::ask_upgrade(const std::shared_ptr<ControlCall>& call) {
  if (master_.facts.stop != StopPhase::none) {
    if (call) call->done(1, "svcd is stopping");
    return;
  }
  upgrade_.ask(call);
}

void MasterProcess::answer_scale(const std::shared_ptr<ControlCall>& call) {
  const std::string& name = call->arguments()[0];
  const auto wanted = wanted_number(call->arguments()[1]);
  if (!wanted) return call->done(1, wanted.error().text);
  if (auto may = may_scale(master_); !may) return call->done(1, "not now: " + may.error().text);
  const ServiceFacts* service = master_.facts.service(name);
  const auto config = master_.config.services.find(name);
  if (service == nullptr || config == master_.config.services.end() ||
      service->set_in(SetRole::serving) == nullptr)
    return call->done(1, fmt::format("no service \"{}\"", name));
  if (const Workers& workers = config->second.workers; workers.min != workers.max)
    return call->done(1, fmt::format("{} has between {} and {} workers, as its load wants it; set "
                                     "workers to a number to decide yourself",
                                     name, workers.min, workers.max));
  if (auto scaled = scale(master_, pool_, name, *wanted); !scaled)
    return call->done(1, scaled.error().text);
  scaling_.push_back({call, name, master_.loop->now() + config->second.boot_timeout});
  look_at_scaling();
}

// Callers hear of their workers when these serve, or never will.
void MasterProcess::look_at_scaling() {
  const Instant now = master_.loop->now();
  std::erase_if(scaling_, [&](const Scaling& scaling) {
    const ServiceFacts* service = master_.facts.service(scaling.service);
    const WorkerSet* set = service != nullptr ? service->set_in(SetRole::serving) : nullptr;
    if (set == nullptr) {
      scaling.call->done(1, "the service is ending");
      return true;
    }
    const size_t wanted = wanted_workers(*set), ready = ready_workers(*set);
    if (ready < wanted && now < scaling.until && master_.facts.stop == StopPhase::none)
      return false;
    scaling.call->done(ready < wanted, fmt::format("{}: {} of {} ready", scaling.service, ready,
                                                   format_count(wanted, "worker")));
    return true;
  });
}

void MasterProcess::answer_unquarantine(const std::shared_ptr<ControlCall>& call) {
  const auto& arguments = call->arguments();
  const auto lifted = lift_quarantine(master_, pool_, arguments[0],
                                      arguments.size() > 1 ? arguments[1] : std::string());
  if (!lifted) return call->done(1, lifted.error().text);
  call->done(0, fmt::format("{} served again", format_count(*lifted, "route")));
}

void MasterProcess::answer_stop(const std::shared_ptr<ControlCall>& call) {
  const bool now = !call->arguments().empty();
  if (now && call->arguments().front() != "now")
    return call->done(1, "stop takes \"now\" or nothing");
  stop_calls_.push_back(call);
  if (now)
    stop(StopPhase::now);
  else
    stop_or_hurry();
}

}  // namespace svc
