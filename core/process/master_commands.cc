// What svcctl asks over the control socket (commands.h has the table), and the answers.
#include <limits.h>

#include <array>

#include "config/emit.h"
#include "core/base/json_writer.h"
#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/base/version.h"
#include "core/process/master_process.h"
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
