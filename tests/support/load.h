// load.h — steady traffic from a few clients, every answer checked, every failure told.
//
// "Failed" means: a request that did not get a complete and correct answer. A keep-alive client
// whose idle connection the server closes in its time reconnects; a request that was sent on it and
// got no answer counts as failed.
//
// Latency is what a client feels: from the moment at which it wants an answer, connecting included,
// to the end of that answer.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/http_client.h"

namespace svc::testing {

struct LoadOptions {
  std::string address;
  std::string target = "/pid";
  int clients = 4;
  bool keep_alive = false;
  std::chrono::milliseconds think{0};
  int expected_status = 200;
  // A server that stops refuses connections sooner or later: that ends a client, and is no failure.
  bool until_refused = false;
};

class Load {
 public:
  explicit Load(LoadOptions options);
  ~Load();  // stop()

  void stop();
  bool refused();  // REQUIRES: until_refused. Every client has met a refusal, within kDeadline.
  uint64_t done() const noexcept { return done_; }
  uint64_t failed() const noexcept { return failed_; }
  std::chrono::microseconds slowest() const noexcept {
    return std::chrono::microseconds(slowest_us_);
  }
  // After stop(): the latency that a share of all answers did not exceed. 0 without answers.
  std::chrono::microseconds quantile(double share) const;
  std::vector<std::string> failures() const;  // The first ten, in words.
  std::string first_failure() const { return failed_ == 0 ? "" : failures().front(); }
  // True once `count` more requests have been answered.
  bool wait_for(uint64_t count, std::chrono::milliseconds within = kDeadline) const;

 private:
  static constexpr size_t kSamplesMax = 1'000'000;  // Of all clients together.
  void client();
  HttpClient connect();  // Not connected: refused, or a failure that has been noted.
  void ask(HttpClient& connection, Clock::time_point began);
  void think();
  void note_failure(const std::string& what);
  LoadOptions options_;
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> done_{0};
  std::atomic<uint64_t> failed_{0};
  std::atomic<int64_t> slowest_us_{0};
  std::atomic<int> refused_{0};
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::string> failures_;
  std::vector<uint32_t> samples_us_;
  std::vector<std::thread> threads_;
};

}  // namespace svc::testing
