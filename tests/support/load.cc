#include "tests/support/load.h"

#include <fmt/core.h>

#include <cstring>

#include "tests/support/http_client.h"

namespace svc::testing {

Load::Load(LoadOptions options) : options_(std::move(options)) {
  for (int i = 0; i < options_.clients; ++i) threads_.emplace_back([this] { client(); });
}

Load::~Load() { stop(); }

void Load::stop() {
  stopping_ = true;
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

void Load::client() {
  HttpClient connection;
  const std::string extra = options_.keep_alive ? "" : "Connection: close\r\n";
  while (!stopping_) {
    if (!connection.connected()) connection = HttpClient(options_.address);
    if (!connection.connected()) {
      note_failure(fmt::format("connect: {}", std::strerror(errno)));
      continue;
    }
    const auto began = Clock::now();
    const auto answer = connection.get(options_.target, extra);
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began).count();
    if (took > slowest_us_) slowest_us_ = took;
    if (!answer || !answer->complete)
      note_failure(connection.was_reset() ? "reset" : "closed without a complete answer");
    else if (answer->status != options_.expected_status)
      note_failure(fmt::format("status {}: {}", answer->status, answer->body));
    else
      ++done_;
    if (!answer || !options_.keep_alive || answer->header("Connection") == "close")
      connection.close();
    if (options_.think.count() > 0) ::poll(nullptr, 0, static_cast<int>(options_.think.count()));
  }
}

}  // namespace svc::testing
