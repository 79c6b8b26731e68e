#include "core/base/log_sink.h"

#include <fmt/core.h>
#include <spdlog/details/log_msg.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "core/base/utf8.h"

namespace svc {
namespace {

LogLevel level_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::trace:
    case spdlog::level::debug:
      return LogLevel::debug;
    case spdlog::level::warn:
      return LogLevel::warn;
    case spdlog::level::err:
    case spdlog::level::critical:
      return LogLevel::error;
    default:
      return LogLevel::info;
  }
}

// no-color.org, and terminals that know no colours.
bool colours_wanted() {
  const char* refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

void LogSink::log(const spdlog::details::log_msg& message) {
  const std::string_view text(message.payload.data(), message.payload.size());
  LogRequest request;
  const log::RequestSource source = request_source_;
  const bool serves = source != nullptr && source(request);
  const std::lock_guard lock(mutex_);
  tell({message.time, level_of(message.level), tags_, ::getpid(), text,
        serves ? &request : nullptr});
}

void LogSink::log_for(const LogTags& tags, pid_t pid, LogLevel level, std::string_view message) {
  const auto now = std::chrono::system_clock::now();
  const std::lock_guard lock(mutex_);
  tell({now, level, tags, pid, message, nullptr});
}

void LogSink::tell(LogRecord record) {
  const pid_t self = ::getpid();
  if (self != pid_) after_fork(self);
  bool written = true;
  if (untold_ > 0) {
    const std::string text =
        fmt::format("{} lines of this log were dropped: it could not be written", untold_);
    written = write_message({record.time, LogLevel::warn, tags_, self, text, nullptr});
    if (written) untold_ = 0;
  }
  if (written) written = write_message(record);
  if (written) return;
  ++untold_;
  ++uncounted_;
  dropped_.fetch_add(1, std::memory_order_relaxed);
  if (on_dropped_) on_dropped_(std::exchange(uncounted_, 0));
}

bool LogSink::write_message(LogRecord record) {
  std::string shortened;
  if (record.message.size() > kMessageMax) {
    shortened = utf8_prefix(record.message, kMessageMax);
    shortened += fmt::format("... (cut, {} bytes in all)", record.message.size());
    record.message = shortened;
  }
  // Patience is for a reader that is slow, not for one that is gone: who kept the last line waiting
  // in vain is not waited for again.
  const int wait_ms = patient_ && untold_ == 0 ? kPatienceMs : 0;
  for (;;) {
    line_.clear();
    const size_t taken = append_log_line(line_, record, style_, target_.line_max());
    if (!target_.write(line_, wait_ms)) return false;
    if (taken == record.message.size()) return true;
    std::string rest(kLogContinued);
    rest += record.message.substr(taken);
    shortened = std::move(rest);
    record.message = shortened;
  }
}

// What the parent lost is the parent's to tell.
void LogSink::after_fork(pid_t pid) noexcept {
  pid_ = pid;
  untold_ = 0;
  uncounted_ = 0;
  dropped_.store(0, std::memory_order_relaxed);
}

void LogSink::look_at_target() {
  const bool text = style_.format == LogFormat::text;
  style_.colours = text && target_.terminal() && colours_wanted();
  style_.priorities = text && target_.journal();
}

void LogSink::set_target(LogTarget target) {
  const std::lock_guard lock(mutex_);
  target_ = std::move(target);
  look_at_target();
}

void LogSink::set_format(LogFormat format) {
  const std::lock_guard lock(mutex_);
  style_.format = format;
  look_at_target();
}

void LogSink::set_tags(LogTags tags) {
  const std::lock_guard lock(mutex_);
  tags_ = std::move(tags);
}

void LogSink::set_patient(bool patient) {
  const std::lock_guard lock(mutex_);
  patient_ = patient;
}

void LogSink::set_on_dropped(std::function<void(uint64_t)> told) {
  const std::lock_guard lock(mutex_);
  if (const pid_t self = ::getpid(); self != pid_) after_fork(self);
  on_dropped_ = std::move(told);
  if (on_dropped_ && uncounted_ > 0) on_dropped_(std::exchange(uncounted_, 0));
}

int LogSink::descriptor() {
  const std::lock_guard lock(mutex_);
  return target_.descriptor();
}

uint64_t LogSink::dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

}  // namespace svc
