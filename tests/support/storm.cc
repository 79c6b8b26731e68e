#include "tests/support/storm.h"

#include <fmt/core.h>
#include <signal.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <stdexcept>

#include "tests/support/json.h"
#include "tests/support/load.h"

namespace svc::testing {
namespace {

constexpr int kClients = 8;
constexpr int kWorkers = 2;

size_t generations_alive(const Svcd& svcd) {
  const std::string status = svcd.status();
  std::set<int64_t> alive;
  for (size_t i = 0; i < json_size(status, "/services/0/workers"); ++i)
    alive.insert(
        json_number(status, fmt::format("/services/0/workers/{}/generation", i)).value_or(-1));
  return alive.size();
}

}  // namespace

std::string_view name_of(Sockets sockets) {
  switch (sockets) {
    case Sockets::reuseport:
      return "reuseport";
    case Sockets::shared:
      return "shared";
    case Sockets::unix_:
      return "unix";
  }
  return "";
}

std::string chaos_on(const Svcd& svcd, Sockets sockets, int workers, std::string_view extra) {
  if (sockets == Sockets::reuseport) return chaos_service("one", workers, extra);
  if (sockets == Sockets::shared)
    return chaos_service("one", workers, fmt::format("reuseport = \"off\"\n{}", extra));
  return fmt::format("[service.one]\nmodule = \"{}\"\nlisten = [\"unix:{}\"]\nworkers = {}\n{}\n",
                     module_path("chaos"), svcd.dir().file("one.sock"), workers, extra);
}

std::string Traffic::name() const {
  const std::string kind =
      keep_alive ? fmt::format("keep-alive, think {} ms", think.count()) : "close";
  return fmt::format("{}, {}", kind, name_of(sockets));
}

std::string Traffic::identifier() const {
  std::string text = name();
  std::erase_if(text, [](unsigned char c) { return !std::isalnum(c); });
  return text;
}

Storm storm(const Traffic& traffic, const StormPlan& plan) {
  Svcd svcd("");
  svcd.configure(chaos_on(svcd, traffic.sockets, kWorkers));
  if (!svcd.start()) throw std::runtime_error("svcd did not start: " + svcd.ready_text());
  const LoadOptions options{.address = svcd.address("one"),
                            .clients = kClients,
                            .keep_alive = traffic.keep_alive,
                            .think = traffic.think};
  const auto alive = [&] { return svcd.process().running(); };
  Storm result;
  {
    Load quiet(options);
    throughout(alive, plan.quiet);
    quiet.stop();
    result.quiet_slowest = quiet.slowest();
  }
  Load load(options);
  const auto began = Clock::now();
  for (int i = 1; i <= plan.reloads && alive(); ++i) {
    svcd.process().signal(SIGHUP);
    if (plan.count_generations)
      result.generations_most = std::max(result.generations_most, generations_alive(svcd));
    const auto next = began + plan.lasts * i / plan.reloads;
    throughout(alive, std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()));
  }
  svcd.wait_ready("one", kWorkers);  // The last reload has ended, too.
  load.wait_for(1);
  load.stop();
  result.answered = load.done();
  result.failed = load.failed();
  result.first_failure = load.first_failure();
  result.slowest = load.slowest();
  result.promoted = svcd.generation("one") - 1;
  result.stopped = svcd.stop();
  return result;
}

}  // namespace svc::testing
