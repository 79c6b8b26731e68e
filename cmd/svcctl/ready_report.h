// ready_report.h — what a server that starts writes to the pipe that svcctl gave it (--ready-fd):
//
//   progress TEXT   a line each
//   ready TEXT      every service is ready; nothing more comes
//   error TEXT      it gives up; TEXT may have several lines and goes on to the pipe's end
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace svc {

class ReadyReport {
 public:
  static constexpr size_t kTextMax = 256 * 1024;  // What a broken server may make us keep.
  enum class Verdict : uint8_t { none, ready, error };

  explicit ReadyReport(std::function<void(std::string_view)> on_progress)
      : on_progress_(std::move(on_progress)) {}

  void feed(std::string_view bytes);
  Verdict verdict() const noexcept { return verdict_; }
  // The reason of an error, without trailing line breaks.
  std::string reason() const;

 private:
  void take_line(std::string_view line);

  std::function<void(std::string_view)> on_progress_;
  std::string pending_;  // A line that isn't whole yet; after "error": the reason so far.
  Verdict verdict_ = Verdict::none;
};

}  // namespace svc
