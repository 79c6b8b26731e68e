// loop_bench.cc — what the loop and the fibers cost, in nanoseconds.
//
// The figures that man svc-design quotes: a switch, a whole fiber, a timer that is put off.
#include <benchmark/benchmark.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "core/base/fd.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"

namespace svc {
namespace {

// Into a fiber and out of it again: two switches.
void resume_and_suspend(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  Fibers fibers(*loop);
  bool stop = false;
  Fiber* const fiber = fibers
                           .spawn([&] {
                             while (!stop) Fiber::current()->suspend();
                           })
                           .value();
  for (auto _ : state) fiber->resume();
  stop = true;
  fiber->resume();
}
BENCHMARK(resume_and_suspend);

void spawn_and_finish(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  Fibers fibers(*loop);
  int64_t count = 0;
  for (auto _ : state) benchmark::DoNotOptimize(fibers.spawn([&] { ++count; }));
}
BENCHMARK(spawn_and_finish);

// A request's: started with a deadline, suspended once, resumed.
void fiber_of_a_request(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  Fibers fibers(*loop);
  for (auto _ : state) {
    Fiber* const fiber = *fibers.spawn([&] {
      Fiber::current()->set_deadline(loop->now() + 30s);
      Fiber::current()->suspend();
    });
    fiber->resume();
  }
}
BENCHMARK(fiber_of_a_request);

size_t resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "re");
  size_t pages = 0;
  if (file == nullptr || std::fscanf(file, "%*u %zu", &pages) != 1) pages = 0;
  if (file != nullptr) std::fclose(file);
  return pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

// So many that wait, resumed in turn: what a switch costs when no stack is in a cache.
void resume_among_many(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  Fibers fibers(*loop);
  bool stop = false;
  std::vector<Fiber*> all;
  const size_t before = resident_bytes();
  for (int64_t i = 0; i < state.range(0); ++i) {
    all.push_back(fibers
                      .spawn([&] {
                        while (!stop) Fiber::current()->suspend();
                      })
                      .value());
  }
  state.counters["MB"] = static_cast<double>(resident_bytes() - before) / 1e6;
  size_t next = 0;
  for (auto _ : state) {
    all[next]->resume();
    if (++next == all.size()) next = 0;
  }
  stop = true;
  for (Fiber* fiber : all) fiber->resume();
}
BENCHMARK(resume_among_many)->Arg(10'000);

void put_off_a_timer(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 10'000; ++i) {
    timers.push_back(std::make_unique<Timer>([] {}));
    timers.back()->arm(*loop, loop->now() + 1h);
  }
  size_t next = 0;
  Instant due = loop->now() + 2h;
  for (auto _ : state) {
    timers[next++ % timers.size()]->arm(*loop, due += 1us);
  }
}
BENCHMARK(put_off_a_timer);

void arm_sooner_among_ten_thousand(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  std::minstd_rand random(1);
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 10'000; ++i) {
    timers.push_back(std::make_unique<Timer>([] {}));
    timers.back()->arm(*loop, loop->now() + std::chrono::milliseconds(random() % 100'000));
  }
  for (auto _ : state) {
    Timer timer([] {});
    timer.arm(*loop, loop->now() + std::chrono::milliseconds(random() % 100'000));
  }
}
BENCHMARK(arm_sooner_among_ten_thousand);

void post_from_the_same_thread(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  int64_t ran = 0;
  for (auto _ : state) {
    for (int i = 0; i < 100; ++i) loop->post([&] { ++ran; });
    benchmark::DoNotOptimize(loop->turn(0ns));
  }
  state.SetItemsProcessed(ran);
}
BENCHMARK(post_from_the_same_thread);

void turn_with_nothing_to_do(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  for (auto _ : state) benchmark::DoNotOptimize(loop->turn(0ns));
}
BENCHMARK(turn_with_nothing_to_do);

class Counter final : public Watcher {
 public:
  void on_ready(uint32_t) override { ++count; }
  int64_t count = 0;
};

void turn_with_256_ready_descriptors(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  Counter counter;
  std::vector<Fd> ready;
  for (int i = 0; i < EventLoop::kEventsMax; ++i) {
    ready.emplace_back(::eventfd(1, EFD_CLOEXEC));
    if (!loop->watch(ready.back().get(), EPOLLIN, counter)) return state.SkipWithError("watch");
  }
  for (auto _ : state) benchmark::DoNotOptimize(loop->turn(0ns));
  state.SetItemsProcessed(counter.count);
}
BENCHMARK(turn_with_256_ready_descriptors);

void offload_and_wait(benchmark::State& state) {
  const auto loop = EventLoop::create().value();
  Fibers fibers(*loop);
  OffloadPool pool(*loop, {});
  for (auto _ : state) {
    bool done = false;
    benchmark::DoNotOptimize(fibers.spawn([&] { done = pool.run([] {}).has_value(); }));
    while (!done) benchmark::DoNotOptimize(loop->turn(1s));
  }
}
BENCHMARK(offload_and_wait)->UseRealTime();

}  // namespace
}  // namespace svc
