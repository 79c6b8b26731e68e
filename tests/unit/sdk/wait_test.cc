// Waiting in handlers: descriptors, locks, conditions, semaphores, queues; on the loop and in the
// pool.
#include "core/sdk/wait.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <system_error>

#include "core/base/fd.h"
#include "core/sdk/fan_out.h"
#include "core/sdk/offload.h"
#include "core/sdk/queue.h"
#include "core/sdk/sync.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Client;

struct SocketPair {
  SocketPair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ours = Fd(ends[0]);
    theirs = Fd(ends[1]);
  }
  Fd ours, theirs;
};

// The same handler on the loop and in a pool thread.
template <class Handler>
void expect_on_both_sides(const Handler& handler, std::string_view body) {
  Client client([&](App& app) {
    app.get("/loop", handler);
    app.get("/pool", handler).offload();
  });
  EXPECT_EQ(client.get("/loop").body, body);
  EXPECT_EQ(client.get("/pool").body, body);
}

TEST(WaitFd, ReturnsWhatIsReady) {
  expect_on_both_sides(
      [] {
        SocketPair pair;
        std::string said;
        said += std::to_string(svc::wait(pair.ours.get(), kReadable, 1ms));
        said += std::to_string(svc::wait(pair.ours.get(), kReadable | kWritable));
        EXPECT_EQ(::write(pair.theirs.get(), "x", 1), 1);
        said += std::to_string(svc::wait(pair.ours.get(), kReadable, 10s));
        return said;
      },
      "041");
}

TEST(WaitFd, WorksWithoutARequest) {
  SocketPair pair;
  EXPECT_EQ(svc::wait(pair.ours.get(), kReadable, 1ms), 0u);
  EXPECT_EQ(svc::wait(pair.ours.get(), kWritable, 1ms), kWritable);
}

TEST(WaitFd, SaysWhatIsWrong) {
  expect_on_both_sides(
      [] {
        try {
          svc::wait(987'654, kReadable, 1ms);
        } catch (const std::system_error& error) {
          return std::string(error.code() == std::errc::bad_file_descriptor ? "EBADF" : "other");
        }
        return std::string("nothing");
      },
      "EBADF");
}

TEST(Mutex, MayBeHeldAcrossAWait) {
  expect_on_both_sides(
      [] {
        Mutex mutex;
        std::string order;
        svc::all(
            [&] {
              const std::scoped_lock lock(mutex);
              order += "a";
              svc::sleep_for(5ms);
              order += "b";
            },
            [&] {
              const std::scoped_lock lock(mutex);
              order += "c";
            });
        return order;
      },
      "abc");
}

TEST(Condition, WaitsForAFact) {
  Client client([](App& app) {
    app.get("/", [] {
      Mutex mutex;
      Condition changed;
      bool ready = false;
      std::string order;
      svc::all(
          [&] {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return ready; });
            if (changed.wait(lock, std::nullopt, [&] { return ready; })) order += "seen";
          },
          [&] {
            svc::sleep_for(1ms);
            const std::scoped_lock lock(mutex);
            ready = true;
            order += "set ";
            changed.notify_all();
          });
      std::unique_lock lock(mutex);
      if (!changed.wait(lock, Clock::steady().now() + 1ms)) order += " late";
      if (!changed.wait_for(lock, 1ms, [] { return false; })) order += " later";
      EXPECT_TRUE(lock.owns_lock());
      return order;
    });
  });
  EXPECT_EQ(client.get("/").body, "set seen late later");
}

TEST(Semaphore, BoundsWhatRunsAtOnce) {
  expect_on_both_sides(
      [] {
        Semaphore two(2);
        size_t running = 0, most = 0;
        std::vector<std::function<void()>> functions(8, [&] {
          two.acquire();
          most = std::max(most, ++running);
          svc::sleep_for(1ms);
          --running;
          two.release();
        });
        svc::all(functions, 8);
        two.acquire();
        two.acquire();
        const bool third = two.acquire(Clock::steady().now() + 1ms) || two.try_acquire();
        return std::to_string(most) + (third ? "!" : "");
      },
      "2");
}

TEST(Queue, ProducersWaitForRoomAndConsumersForItems) {
  expect_on_both_sides(
      [] {
        Queue<int> queue(2);
        int sum = 0;
        size_t most = 0;
        svc::all(
            [&] {
              for (int i = 1; i <= 100; ++i) queue.push(i);
              queue.close();
            },
            [&] {
              while (const auto item = queue.pop()) {
                most = std::max(most, queue.size() + 1);
                sum += *item;
              }
            });
        return std::to_string(sum) + (most <= 3 ? "" : "!");
      },
      "5050");
}

TEST(Queue, GivesUpInTimeAndAfterItsEnd) {
  Client client([](App& app) {
    app.get("/", [] {
      Queue<std::string> queue(1);
      std::string said;
      said += queue.try_pop() ? "!" : "empty ";
      said += queue.try_push("item") ? "in " : "!";
      said += queue.try_push("more") ? "!" : "full ";
      said += queue.push("late", Clock::steady().now() + 1ms) ? "!" : "late ";
      queue.close();
      said += queue.push("after") ? "!" : "closed ";
      said += queue.pop().value_or("!");
      said += queue.pop(Clock::steady().now() + 10s) ? "!" : " over";
      return said;
    });
  });
  EXPECT_EQ(client.get("/").body, "empty in full late closed item over");
}

TEST(Queue, ACancelledConsumerLeavesIt) {
  Client client([](App& app) {
    app.get("/", [] {
      Queue<int> queue(1);
      Group group;
      group.spawn([&] { queue.pop(); });
      svc::sleep_for(1ms);
      group.cancel();
      group.wait();
      return queue.try_push(1) ? "left" : std::string("stuck");
    });
  });
  EXPECT_EQ(client.get("/").body, "left");
}

}  // namespace
}  // namespace svc
