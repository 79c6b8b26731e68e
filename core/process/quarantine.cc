#include "core/process/quarantine.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/log.h"

namespace svc {
namespace {

constexpr size_t kKnownMax = 64;  // Routes remembered from former generations.

bool matches(const std::string& name, const std::string& route) {
  const size_t blank = name.find(' ');
  return route.empty() || name == route || (blank != name.npos && name.substr(blank + 1) == route);
}

}  // namespace

// What killed the former generation, too, is no fault of the new one's.
void note_fault(MasterState& master, const SeatRef& place, const Generation& generation,
                std::optional<uint64_t> route, Instant now) {
  if (place.set->role != SetRole::serving) return;
  Service& service = master.services.at(place.service->name);
  if (route && *route >= generation.route_count()) route.reset();  // A claim, and not a true one.
  const bool known = route && service.killers.contains(generation.route_name(*route));
  note_own_fault(*place.set, route, known, now);
}

void quarantine(MasterState& master, Pool& pool, const Quarantine& action) {
  ServiceFacts* facts = master.facts.service(action.service);
  WorkerSet* set = facts != nullptr ? find_set(*facts, action.generation) : nullptr;
  SVC_CHECK(set != nullptr);
  note_quarantined(*set, action.route);
  Service& service = master.services.at(action.service);
  const std::string name = service.generations.at(action.generation)->route_name(action.route);
  if (service.killers.size() < kKnownMax) service.killers.insert(name);
  log::error(
      "{}: {} is in quarantine: it has killed {} workers within {} s; it is answered with "
      "503 until a reload or `svcctl unquarantine {} '{}'`",
      action.service, name, kQuarantineDeaths,
      std::chrono::duration_cast<std::chrono::seconds>(kQuarantineWindow).count(), action.service,
      name);
  pool.tell_generation(action.service, action.generation, ChannelKind::quarantine,
                       static_cast<uint32_t>(action.route));
}

void brief_of_quarantine(Pool& pool, const SeatRef& place) {
  for (const uint64_t route : place.set->quarantined)
    pool.tell_worker(place.seat->worker->key, ChannelKind::quarantine,
                     static_cast<uint32_t>(route));
}

Result<size_t> lift_quarantine(MasterState& master, Pool& pool, const std::string& service,
                               const std::string& route) {
  ServiceFacts* facts = master.facts.service(service);
  WorkerSet* set = facts != nullptr ? facts->set_in(SetRole::serving) : nullptr;
  if (set == nullptr) return Error::invalid(fmt::format("no service \"{}\"", service));
  const Generation& generation = *master.services.at(service).generations.at(set->generation);
  std::vector<std::string> names;
  std::vector<uint64_t> lifted;
  for (const uint64_t number : set->quarantined) {
    names.push_back(generation.route_name(number));
    if (matches(names.back(), route)) lifted.push_back(number);
  }
  if (names.empty()) return Error::invalid(fmt::format("{}: no route is in quarantine", service));
  if (lifted.empty())
    return Error::invalid(fmt::format("{}: \"{}\" is not in quarantine; these are: {}", service,
                                      route, fmt::join(names, ", ")));
  for (const uint64_t number : lifted) {
    note_released(*set, number);
    log::info("{}: {} is served again", service, generation.route_name(number));
    pool.tell_generation(service, set->generation, ChannelKind::release,
                         static_cast<uint32_t>(number));
  }
  return lifted.size();
}

}  // namespace svc
