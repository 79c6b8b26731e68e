#include "core/builtin/admin_facts.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/sdk/json/json.h"

namespace svc {

size_t AdminServiceFacts::ready() const noexcept {
  return static_cast<size_t>(std::ranges::count(workers, "ready", &AdminWorkerFacts::state));
}

std::vector<size_t> AdminFacts::alive() const {
  std::vector<size_t> slots;
  for (const AdminServiceFacts& service : services)
    for (const AdminWorkerFacts& worker : service.workers)
      slots.push_back(static_cast<size_t>(worker.slot));
  std::ranges::sort(slots);
  return slots;
}

std::optional<AdminFacts> parse_admin_facts(std::string_view document) {
  if (document.empty()) return std::nullopt;
  AdminFacts facts;
  Issues issues;
  if (const auto read = from_json(document, facts, issues); !read || !issues.empty()) {
    log::error("what the master posts can't be read{}",
               read ? std::string() : ": " + read.error().text);
    return std::nullopt;
  }
  return facts;
}

AdminReadiness admin_readiness(const AdminFacts* facts, bool stopping) {
  AdminReadiness found;
  if (stopping) found.reasons.push_back("svcd is stopping");
  if (facts == nullptr) {
    found.reasons.push_back("the master has told nothing yet");
  } else if (!stopping && facts->state == "draining" &&
             std::ranges::all_of(facts->services, [](const AdminServiceFacts& it) {
               return it.state == "draining";
             })) {
    found.reasons.push_back("svcd is stopping");
  } else {
    for (const AdminServiceFacts& service : facts->services)
      // One that a reload has removed wants no workers.
      if (service.workers_wanted > 0 && service.ready() == 0)
        found.reasons.push_back(
            fmt::format("service {}: no worker is ready ({})", service.name, service.state));
  }
  found.ready = found.reasons.empty();
  return found;
}

}  // namespace svc
