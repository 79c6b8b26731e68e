#include "tests/support/load.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

namespace svc::testing {

Load::Load(LoadOptions options) : options_(std::move(options)) {
  for (int i = 0; i < options_.clients; ++i) threads_.emplace_back([this] { client(); });
}

Load::~Load() { stop(); }

void Load::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

std::vector<std::string> Load::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

bool Load::wait_for(uint64_t count, std::chrono::milliseconds within) const {
  const uint64_t goal = done_ + count;
  return eventually([&] { return done_ >= goal; }, within);
}

void Load::note_failure(const std::string& what) {
  ++failed_;
  const std::lock_guard lock(mutex_);
  if (failures_.size() < 10) failures_.push_back(what);
}

bool Load::refused() {
  return eventually([&] { return refused_ == options_.clients; });
}

std::chrono::microseconds Load::quantile(double share) const {
  const std::lock_guard lock(mutex_);
  if (samples_us_.empty()) return {};
  std::vector<uint32_t> sorted = samples_us_;
  const auto last = static_cast<double>(sorted.size() - 1);
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(std::ceil(last * share));
  std::nth_element(sorted.begin(), at, sorted.end());
  return std::chrono::microseconds(*at);
}

HttpClient Load::connect() {
  HttpClient connection(options_.address);
  if (connection.connected()) return connection;
  const int error = errno;
  const bool gone = error == ECONNREFUSED || error == ENOENT;  // TCP or Unix; a Unix socket's file.
  if (!options_.until_refused || !gone)
    note_failure(fmt::format("connect: {}", std::strerror(error)));
  return connection;
}

void Load::ask(HttpClient& connection, Clock::time_point began) {
  const auto answer =
      connection.get(options_.target, options_.keep_alive ? "" : "Connection: close\r\n");
  const auto took =
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began).count();
  if (took > slowest_us_) slowest_us_ = took;
  if (!answer || !answer->complete) {
    note_failure(fmt::format("{} without a complete answer after {} ms",
                             connection.was_reset() ? "reset" : "closed", took / 1000));
  } else if (answer->status != options_.expected_status) {
    note_failure(fmt::format("status {}: {}", answer->status, answer->body));
  } else {
    ++done_;
    const std::lock_guard lock(mutex_);
    if (samples_us_.size() < kSamplesMax) samples_us_.push_back(static_cast<uint32_t>(took));
  }
  if (!answer || !options_.keep_alive || answer->header("Connection") == "close")
    connection.close();
}

// Ends with the load: nobody waits for a client that has nothing to say.
void Load::think() {
  if (options_.think.count() == 0) return;
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, options_.think, [this] { return stopping_.load(); });
}

void Load::client() {
  HttpClient connection;
  while (!stopping_) {
    const auto began = Clock::now();
    if (!connection.connected()) connection = connect();
    if (connection.connected()) {
      ask(connection, began);
    } else if (options_.until_refused) {
      ++refused_;
      return;
    }
    think();
  }
}

}  // namespace svc::testing
