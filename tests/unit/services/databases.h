// databases.h — the databases that a service may have, as a test's parameter; and a worker's loop
// to use them on.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cmd/services/storage/database.h"
#include "core/base/check.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/host.h"
#include "tests/support/postgres.h"
#include "tests/support/temp_dir.h"

namespace storage::testing {

inline svc::testing::PostgresServer& postgres_server() {
  static svc::testing::PostgresServer server;
  return server;
}

// A database of the test's own, of the kind that the parameter names.
class EachDatabase : public ::testing::TestWithParam<const char*> {
 protected:
  const std::string& url() {
    if (url_.empty())
      url_ = GetParam() == std::string("sqlite") ? "sqlite:" + dir_.file("folder/test.db")
                                                 : postgres_server().make_database();
    return url_;
  }
  svc::testing::TempDir dir_;

 private:
  std::string url_;
};

inline auto each_database() { return ::testing::Values("sqlite", "postgres"); }
inline std::string database_name(const ::testing::TestParamInfo<const char*>& info) {
  return info.param;
}

// What a worker has: run() calls a function in a fiber, with a pool of threads beside it.
class Worker {
 public:
  void run(std::function<void()> body) { run_all({std::move(body)}); }
  void run_all(std::vector<std::function<void()>> bodies) {
    size_t left = bodies.size();
    for (auto& body : bodies) {
      SVC_CHECK(fibers_.spawn([&] {
        body();
        --left;
      }));
    }
    const auto until = svc::testing::Clock::now() + svc::testing::kDeadline;
    while (left > 0) {
      SVC_CHECK(loop_->turn(std::chrono::milliseconds(100)));
      SVC_CHECK(svc::testing::Clock::now() < until);
    }
  }
  svc::EventLoop& loop() { return *loop_; }
  svc::Fibers& fibers() { return fibers_; }

 private:
  std::unique_ptr<svc::EventLoop> loop_ = *svc::EventLoop::create();
  svc::Fibers fibers_{*loop_};
  svc::OffloadPool pool_{*loop_, {}};
  svc::WorkerBinding binding_{{"test", 0, 1, 0}, &pool_};
};

}  // namespace storage::testing
