#include "core/base/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <mutex>

#include "core/base/log_sink.h"

namespace svc::log {
namespace {

struct State {
  std::shared_ptr<LogSink> sink;
  spdlog::logger logger;
  std::mutex mutex;  // Guards target.
  std::string target = "stderr";

  explicit State(LogTarget first)
      : sink(std::make_shared<LogSink>(std::move(first))), logger("svc", sink) {
    // spdlog's own handler prints to stderr, which may block.
    logger.set_error_handler([](const std::string&) {});
  }
};

// Never destroyed: destructors of other objects may log until the very end.
State& state() {
  static State* const kept = [] {
    auto first = LogTarget::standard(STDERR_FILENO, "stderr");
    return new State(first ? std::move(*first) : LogTarget());
  }();
  return *kept;
}

spdlog::level::level_enum spdlog_level(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

}  // namespace

Result<> open(const LogOptions& options) {
  State& log = state();
  const std::lock_guard lock(log.mutex);
  SVC_TRY(auto target, LogTarget::named(options.target));
  log.sink->set_target(std::move(target));
  log.target = options.target;
  set_format(options.format);
  set_level(options.level);
  return {};
}

Result<> reopen() {
  State& log = state();
  const std::lock_guard lock(log.mutex);
  SVC_TRY(auto target, LogTarget::named(log.target));
  log.sink->set_target(std::move(target));
  return {};
}

void adopt(Fd target) { state().sink->set_target(LogTarget::adopted(std::move(target))); }
int descriptor() noexcept { return state().sink->descriptor(); }
void set_level(LogLevel level) noexcept { state().logger.set_level(spdlog_level(level)); }
void set_format(LogFormat format) { state().sink->set_format(format); }
void set_tags(LogTags tags) { state().sink->set_tags(std::move(tags)); }
void set_request_source(RequestSource source) noexcept { state().sink->set_request_source(source); }
void set_patient(bool patient) noexcept { state().sink->set_patient(patient); }
uint64_t dropped() noexcept { return state().sink->dropped(); }
void on_dropped(std::function<void(uint64_t)> told) {
  state().sink->set_on_dropped(std::move(told));
}

bool enabled(LogLevel level) noexcept {
  return level != LogLevel::off && state().logger.should_log(spdlog_level(level));
}

void write(LogLevel level, std::string_view message) noexcept {
  if (!enabled(level)) return;
  const int saved = errno;  // A caller that logs on its way out of an error still reports that one.
  // spdlog catches what is thrown below it.
  state().logger.log(spdlog_level(level), spdlog::string_view_t(message.data(), message.size()));
  errno = saved;
}

void write_for(const LogTags& tags, pid_t pid, LogLevel level, std::string_view message) noexcept {
  if (!enabled(level)) return;
  const int saved = errno;
  try {
    state().sink->log_for(tags, pid, level, message);
  } catch (...) {  // Memory is short: the line is lost, as spdlog loses its own then.
  }
  errno = saved;
}

void write_formatted(LogLevel level, fmt::string_view format, fmt::format_args args) noexcept {
  if (!enabled(level)) return;
  const int saved = errno;
  try {
    fmt::memory_buffer text;
    fmt::vformat_to(std::back_inserter(text), format, args);
    write(level, {text.data(), text.size()});
  } catch (...) {  // An argument's formatter threw, or memory is short: say what can be said.
    write(level, {format.data(), format.size()});
  }
  errno = saved;
}

}  // namespace svc::log
