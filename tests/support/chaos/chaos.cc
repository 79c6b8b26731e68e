// chaos.cc — a service that does on request what services do by mistake. For tests; not installed.
#include "tests/support/chaos/chaos.h"

#include <svc/svc.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace chaos {
namespace {

using Milliseconds = svc::Int<0, 600'000>;

struct Who {
  int pid;
  size_t index;
  uint64_t generation;
};

Who who() {
  const svc::WorkerInfo worker = svc::worker();
  return {worker.pid, worker.index, worker.generation};
}

// Holds the loop's thread; volatile, so that no compiler sees that nothing happens.
Who spin(Milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(time);
  for (volatile uint64_t turns = 0; std::chrono::steady_clock::now() < end;) turns = turns + 1;
  return who();
}

Who doze(Milliseconds time, svc::Context& ctx) {
  ctx.sleep_for(std::chrono::milliseconds(time));
  return who();
}

Who block(Milliseconds time) {
  svc::offload([time] { std::this_thread::sleep_for(std::chrono::milliseconds(time)); });
  return who();
}

// Kept for the life of the worker, and touched, or the kernel would never give it.
Who leak(svc::Int<0, 4096> mib) {
  static std::vector<std::vector<char>> leaked;
  leaked.emplace_back(static_cast<size_t>(mib) << 20, 'x');
  return who();
}

void routes(svc::App& app) {
  prepare_boot(app);
  app.get("/pid", who);
  app.get("/crash/{signal}", [](std::string signal) {
    crash(signal);
    return who();
  });
  app.get("/overflow", [] { return overflow_stack(0); });
  app.get("/throw", []() -> std::string { throw std::runtime_error("thrown on request"); });
  // _Exit: what a library's exit(3) does to a worker, without the fate of its static objects.
  app.get("/exit/{code}",
          [](svc::Int<0, 255> code) -> std::string { std::_Exit(static_cast<int>(code)); });
  app.get("/stop", [] {
    std::raise(SIGSTOP);
    return who();
  });
  app.get("/spin/{ms}", spin);
  app.get("/sleep/{ms}", doze);
  app.get("/block/{ms}", block);
  app.get("/background/{ms}", [](Milliseconds time, svc::Context& ctx) {
    ctx.background([ms = int64_t{time}] {
      svc::sleep_for(std::chrono::milliseconds(ms));
      svc::log::info("{} ms in the background are over", ms);
    });
    return who();
  });
  app.post("/echo", [](svc::Body body) { return body.str(); });
  app.get("/leak/{mib}", leak);
  app.get("/hostile/{pid}", [](uint64_t pid) {
    turn_hostile(pid);
    return who();
  });
}

}  // namespace
}  // namespace chaos

SVC_SERVICE(chaos, chaos::routes)
