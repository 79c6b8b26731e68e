// admin_facts.h — what the master posts (core/process/status.h), as values.
//
// Only what metrics and readiness need is read; /status.json passes the text on as it is.
//
// Process and thread: a worker of `builtin = "admin"`, its loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace svc {

struct AdminWorkerFacts {
  uint64_t index = 0;
  uint64_t slot = 0;
  uint64_t pid = 0;
  std::string state;
  uint64_t generation = 0;
  double uptime_s = 0;
  uint64_t rss_bytes = 0;
};

struct AdminServiceFacts {
  std::string name;
  std::string state;
  uint64_t generation = 0;
  uint64_t workers_wanted = 0;
  std::vector<std::string> quarantined;
  std::vector<AdminWorkerFacts> workers;

  size_t ready() const noexcept;
};

struct AdminFacts {
  std::string name;
  std::string version;
  uint64_t generation = 0;
  std::string state;
  double uptime_s = 0;
  std::vector<AdminServiceFacts> services;

  // Slots whose worker lives, ascending.
  std::vector<size_t> alive() const;
};

// nullopt: it is no such document.
std::optional<AdminFacts> parse_admin_facts(std::string_view document);

// Whether everything that should be served is; why not, a sentence each.
struct AdminReadiness {
  bool ready = false;
  std::vector<std::string> reasons;
};
// `facts`: nullptr: the master has posted nothing yet. `stopping`: svcd has been told to stop.
AdminReadiness admin_readiness(const AdminFacts* facts, bool stopping);

}  // namespace svc
