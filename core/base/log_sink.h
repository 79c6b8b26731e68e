// log_sink.h — the end of spdlog that is ours: a message becomes one line and one write(2).
//
// Why own: spdlog's file sinks buffer in stdio, tear lines of several processes and block. This
// one drops a line that can't be written at once, counts it, and says so as soon as a line gets
// through again.
//
// Only log.cc and the test include this header: it is where spdlog ends.
#pragma once

#include <spdlog/sinks/sink.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/log.h"
#include "core/base/log_line.h"
#include "core/base/log_target.h"

namespace svc {

class LogSink final : public spdlog::sinks::sink {
 public:
  static constexpr int kPatienceMs = 100;
  static constexpr size_t kMessageMax = 16 * 1024;

  explicit LogSink(LogTarget target) : target_(std::move(target)) { look_at_target(); }

  void log(const spdlog::details::log_msg& message) override;
  void log_for(const LogTags& tags, pid_t pid, LogLevel level, std::string_view message);
  void flush() override {}                          // Nothing is kept back.
  void set_pattern(const std::string&) override {}  // The formats are ours.
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

  void set_target(LogTarget target);
  void set_format(LogFormat format);
  void set_tags(LogTags tags);
  void set_patient(bool patient);
  void set_request_source(log::RequestSource source) noexcept { request_source_ = source; }
  void set_on_dropped(std::function<void(uint64_t)> told);
  int descriptor();
  uint64_t dropped() const noexcept;

 private:
  void look_at_target();
  void after_fork(pid_t pid) noexcept;
  // Tells first what was dropped, and counts `record` if it is lost. REQUIRES: mutex_ is held.
  void tell(LogRecord record);
  bool write_message(LogRecord record);  // In as many lines as the target needs.

  std::mutex mutex_;  // Guards all below but dropped_.
  LogTarget target_;
  LogStyle style_;
  LogTags tags_;
  bool patient_ = false;
  std::string line_;     // Kept for its memory.
  pid_t pid_ = 0;        // Whose the counters are.
  uint64_t untold_ = 0;  // Dropped since the log last said so.
  std::function<void(uint64_t)> on_dropped_;
  uint64_t uncounted_ = 0;  // Dropped while there was no on_dropped_.
  std::atomic<uint64_t> dropped_{0};
  std::atomic<log::RequestSource> request_source_{nullptr};
};

}  // namespace svc
