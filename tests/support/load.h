// load.h — steady traffic from a few clients, every answer checked, every failure told.
//
// "Failed" means: a request that did not get a complete and correct answer. A keep-alive client
// whose idle connection the server closes in its time reconnects; a request that was sent on it and
// got no answer counts as failed.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/eventually.h"

namespace svc::testing {

struct LoadOptions {
  std::string address;
  std::string target = "/pid";
  int clients = 4;
  bool keep_alive = false;
  std::chrono::milliseconds think{0};
  int expected_status = 200;
};

class Load {
 public:
  explicit Load(LoadOptions options);
  ~Load();  // stop()

  void stop();
  uint64_t done() const noexcept { return done_; }
  uint64_t failed() const noexcept { return failed_; }
  std::chrono::microseconds slowest() const noexcept {
    return std::chrono::microseconds(slowest_us_);
  }
  std::vector<std::string> failures() const;  // The first ten, in words.
  // True once `count` more requests have been answered.
  bool wait_for(uint64_t count, std::chrono::milliseconds within = kDeadline) const;

 private:
  void client();
  void note_failure(const std::string& what);
  LoadOptions options_;
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> done_{0};
  std::atomic<uint64_t> failed_{0};
  std::atomic<int64_t> slowest_us_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> failures_;
  std::vector<std::thread> threads_;
};

}  // namespace svc::testing
