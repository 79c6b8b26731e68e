#include "cmd/svcctl/top_rates.h"

#include <algorithm>
#include <charconv>

namespace svc {
namespace {

const StatusService* service_in(const Status* status, const std::string& name) {
  if (status == nullptr) return nullptr;
  const auto found = std::ranges::find(status->services, name, &StatusService::name);
  return found == status->services.end() ? nullptr : &*found;
}

double number_in(const StatusWorker& worker, std::string_view field) {
  const std::string_view text = worker.field(field);
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return static_cast<double>(number);
}

void add_workers(TopRates& rates, const StatusService& before, const StatusService& now) {
  const double seconds = std::chrono::duration<double>(now.work.at - before.work.at).count();
  if (seconds <= 0) return;
  for (const StatusWorker& worker : now.workers) {
    const std::string_view pid = worker.field("pid");
    const auto former = std::ranges::find_if(
        before.workers, [&](const StatusWorker& it) { return it.field("pid") == pid; });
    // One that has come meanwhile began with none.
    const double answered = former == before.workers.end() ? 0 : number_in(*former, "requests");
    const double by = number_in(worker, "requests") - answered;
    rates.workers[std::string(pid)] = std::max(by, 0.0) / seconds;
  }
}

}  // namespace

TopRates top_rates(const Status* before, const Status& now) {
  TopRates rates;
  for (const StatusService& service : now.services) {
    const StatusService* const former = service_in(before, service.name);
    WorkRates found;
    if (former != nullptr) {
      found = rates_between(former->work, service.work);
      add_workers(rates, *former, service);
    }
    if (found.over <= 0s) found = service.recent.value_or(WorkRates{});
    rates.requests_per_s += found.requests_per_s;
    rates.errors_per_s += found.errors_per_s;
    rates.services[service.name] = found;
  }
  return rates;
}

}  // namespace svc
