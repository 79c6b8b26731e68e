#include "core/server/observers.h"

#include <unistd.h>

#include <utility>

#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/http/log_request.h"

namespace svc {
namespace {

LogTarget target_of_log() { return LogTarget::adopted(Fd(sys::dup_cloexec(log::descriptor()))); }

std::unique_ptr<AccessLog> make_access_log(EventLoop& loop, const WorkerStart& start) {
  const ServiceConfig& service = start.service;
  if (service.access_log == AccessLogFormat::off) return nullptr;
  const auto format =
      service.access_log == AccessLogFormat::json ? AccessFormat::json : AccessFormat::text;
  LogTarget target =
      start.access_log >= 0 ? LogTarget::adopted(Fd(start.access_log)) : target_of_log();
  return std::make_unique<AccessLog>(loop,
                                     AccessLines(format, service.name, start.index, ::getpid()),
                                     std::move(target), start.slot->access_log_lines_dropped);
}

}  // namespace

Observers::Observers(EventLoop& loop, const WorkerStart& start, const Application& application)
    : own_target_(start.access_log >= 0),
      access_log_(make_access_log(loop, start)),
      slow_(application) {
  log_requests();
}

void Observers::flush() noexcept {
  if (access_log_) access_log_->flush();
}

void take_log_target(ChannelMessage message, WorkerStart& start, Observers* observers) {
  if (message.descriptors.empty()) return;
  Fd target = std::move(message.descriptors.front());
  const bool of_log = message.kind == ChannelKind::log_target;
  if (of_log) log::adopt(std::move(target));
  if (observers == nullptr && !of_log && start.access_log >= 0)
    Fd(std::exchange(start.access_log, target.release())).reset();
  if (observers == nullptr || !observers->access_log_ || observers->own_target_ == of_log) return;
  observers->access_log_->set_target(of_log ? target_of_log()
                                            : LogTarget::adopted(std::move(target)));
}

}  // namespace svc
