#include "core/process/status.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/file.h"
#include "core/base/json_writer.h"
#include "core/base/suggest.h"
#include "core/base/units.h"
#include "core/base/version.h"
#include "core/process/drain_report.h"
#include "core/process/route_row.h"
#include "core/process/upstream_status.h"

namespace svc {
namespace {

double seconds(Duration time) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) /
         1000.0;
}

struct Memory {
  uint64_t resident = 0;
  uint64_t own = 0;  // Neither of files nor shared: what memory_max goes by.
};

// Second and third field of /proc/PID/statm, in pages (proc(5)).
Memory memory_of(pid_t pid) {
  const auto text = read_file(fmt::format("/proc/{}/statm", pid), 256);
  if (!text) return {};
  std::array<uint64_t, 3> pages{};
  const char* at = text->data();
  const char* const end = at + text->size();
  for (uint64_t& number : pages) {
    while (at < end && *at == ' ') ++at;
    at = std::from_chars(at, end, number).ptr;
  }
  const auto page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  return {pages[1] * page, (pages[1] - std::min(pages[1], pages[2])) * page};
}

void write_milliseconds(JsonWriter& json, std::string_view name, std::optional<Duration> time) {
  json.key(name);
  if (!time) return json.null();
  json.value(static_cast<double>(time->count()) / 1e6);
}

// Counters go on where the slot's former owner left them.
uint64_t since(uint64_t now, uint64_t before) { return now >= before ? now - before : 0; }

class StatusWriter {
 public:
  StatusWriter(MasterState& master, const Pool& pool, JsonWriter& json)
      : master_(master), pool_(pool), json_(json), now_(master.loop->now()) {}

  void write() {
    json_.object([&] {
      json_.field("name", master_.config.master.name);
      json_.field("pid", ::getpid());
      json_.field("version", kVersion);
      json_.field("generation", master_.promotions);
      json_.field("state", name_of(overall_state(master_.facts)));
      json_.field("uptime_s", seconds(now_ - master_.started));
      json_.field("at_s", seconds(now_.time_since_epoch()));
      json_.field("config", master_.config.file);
      json_.field("log", master_.config.log.target);
      json_.field("log_lines_dropped", master_.board.master_log_lines_dropped().get());
      json_.key("services");
      json_.array([&] {
        for (const ServiceFacts& service : master_.facts.services) write(service);
      });
    });
  }

 private:
  void write(const ServiceFacts& facts) {
    const Service& service = master_.services.at(facts.name);
    const WorkerSet* serving = facts.set_in(SetRole::serving);
    json_.object([&] {
      json_.field("name", facts.name);
      json_.field("state", name_of(state_of(master_.facts, facts)));
      json_.field("generation", serving != nullptr ? serving->generation : 0);
      if (serving != nullptr)
        json_.field("uptime_s", seconds(now_ - std::max(serving->serving_since, master_.started)));
      write_addresses(facts.name);
      json_.field("workers_wanted", serving != nullptr ? wanted_workers(*serving) : 0);
      json_.field("restarts", service.restarts);
      json_.field("recycled", service.recycled);
      write_work(facts.name, service);
      write_lines_dropped(facts.name);
      write_draining(facts);
      // What a reload has removed from the configuration doesn't come back.
      json_.field("drained",
                  is_drained(master_.facts, facts) && master_.config.services.contains(facts.name));
      write_last_death(service.last_death);
      write_deaths(service);
      write_reasons(facts.name);
      json_.field("on_probation", serving != nullptr && on_probation(*serving, now_));
      write_quarantine(serving, service);
      write_passed_by(facts);
      json_.key("upstreams");
      write_upstreams(json_, upstream_rows(master_.board, master_.slots.slots_of(facts.name),
                                           master_.slots.taken_by(facts.name)));
      json_.key("workers");
      json_.array([&] {
        for (const WorkerSet& set : facts.sets)
          for (const Seat& seat : set.seats)
            if (seat.worker) write(*seat.worker, *pool_.find(seat.worker->key));
      });
    });
  }

  void write_addresses(const std::string& name) {
    json_.key("listen");
    json_.array([&] {
      const auto config = master_.config.services.find(name);
      if (config == master_.config.services.end()) return;
      for (const auto& address : master_.listeners.addresses_of(config->second))
        json_.value(address);
    });
  }

  void write_work(const std::string& name, const Service& service) {
    const WorkSample work = sample_work(master_.board, master_.slots.slots_of(name), now_);
    const WorkRates rates = service.recent.rates(work);
    json_.field("requests", work.answered);
    json_.field("errors", work.errors);
    json_.key("recent");
    json_.object([&] {
      json_.field("over_s", seconds(rates.over));
      json_.field("requests_per_s", rates.requests_per_s);
      json_.field("errors_per_s", rates.errors_per_s);
      write_milliseconds(json_, "p50_ms", rates.p50);
      write_milliseconds(json_, "p99_ms", rates.p99);
    });
    json_.key("took");
    json_.array([&] {
      for (const uint64_t count : work.took) json_.value(count);
    });
  }

  // Of all masters that this board has had.
  void write_lines_dropped(const std::string& name) {
    uint64_t of_log = 0, of_access_log = 0;
    for (const size_t slot : master_.slots.slots_of(name)) {
      of_log += master_.board.slot(slot).log_lines_dropped.get();
      of_access_log += master_.board.slot(slot).access_log_lines_dropped.get();
    }
    json_.field("log_lines_dropped", of_log);
    json_.field("access_log_lines_dropped", of_access_log);
  }

  void write_draining(const ServiceFacts& facts) {
    json_.key("draining");
    json_.array([&] {
      for (const Draining& each : draining_sets(facts, pool_, now_))
        json_.object([&] {
          json_.field("generation", each.generation);
          json_.field("workers", each.workers);
          json_.field("in_flight", each.in_flight);
          json_.field("killed_in_s", seconds(each.killed_in));
        });
    });
  }

  void write_quarantine(const WorkerSet* set, const Service& service) {
    json_.key("quarantined");
    json_.array([&] {
      if (set == nullptr) return;
      for (const uint64_t route : set->quarantined)
        json_.value(service.generations.at(set->generation)->route_name(route));
    });
  }

  void write_passed_by(const ServiceFacts& facts) {
    json_.key("passed_by");
    json_.array([&] {
      if (facts.unattended) return;  // There is nobody whom they could pass on to.
      for (const uint32_t index : facts.away) json_.value(index);
    });
  }

  void write_last_death(std::string_view text) {
    json_.key("last_death");
    if (text.empty()) return json_.null();
    json_.value(text);
  }

  void write_deaths(const Service& service) {
    json_.key("deaths");
    json_.array([&] {
      for (const DeathNote& note : service.deaths)
        json_.object([&] {
          json_.field("at", seconds(note.at.time_since_epoch()));
          json_.field("worker", note.index);
          json_.field("pid", note.pid);
          json_.field("generation", note.generation);
          json_.field("reason", kDeathReasons[static_cast<size_t>(note.cause)]);
          json_.field("text", note.text);
        });
    });
  }

  // Of all masters that this board has had.
  void write_reasons(const std::string& name) {
    std::array<uint64_t, kDeathCauses> deaths{};
    for (const size_t slot : master_.slots.slots_of(name))
      for (size_t cause = 0; cause < kDeathCauses; ++cause)
        deaths[cause] += master_.board.slot(slot).deaths[cause].get();
    json_.key("restarts_by_reason");
    json_.object([&] {
      for (size_t cause = 0; cause < kDeathCauses; ++cause)
        if (static_cast<DeathCause>(cause) != DeathCause::asked)
          json_.field(kDeathReasons[cause], deaths[cause]);
    });
  }

  void write(const WorkerFacts& facts, const Worker& worker) {
    const WorkerSlot& slot = pool_.slot_of(worker);
    json_.object([&] {
      json_.field("index", worker.index);
      json_.field("slot", worker.slot);
      json_.field("pid", worker.pid);
      json_.field("state", name_of(facts.state));
      json_.field("generation", worker.generation->number);
      json_.field("uptime_s", seconds(now_ - worker.spawned));
      json_.field("requests", since(slot.answered(), worker.answered_before));
      json_.field("in_flight", slot.requests_in_flight.get());
      json_.field("connections", slot.connections_open.get());
      json_.field("connections_accepted",
                  since(slot.connections_accepted.get(), worker.accepted_before));
      const Memory memory = memory_of(worker.pid);
      json_.field("rss_bytes", memory.resident);
      json_.field("memory_bytes", memory.own);
    });
  }

  MasterState& master_;
  const Pool& pool_;
  JsonWriter& json_;
  const Instant now_;
};

void write_route(JsonWriter& json, const RouteRow& row) {
  json.object([&] {
    json.field("method", row.method);
    json.field("pattern", row.pattern);
    if (!row.name.empty()) json.field("name", row.name);
    if (!row.summary.empty()) json.field("summary", row.summary);
    if (row.deadline.count() > 0) json.field("deadline_ms", row.deadline.count());
    if (row.body_max > 0) json.field("body_max", row.body_max);
    if (row.offloaded) json.field("offload", true);
    if (row.around.empty()) return;
    json.key("around");
    json.array([&] {
      for (const std::string& step : row.around) json.value(step);
    });
  });
}

void write_routes(JsonWriter& json, std::string_view rows) {
  json.array([&] {
    while (!rows.empty()) {
      const size_t end = std::min(rows.find('\n'), rows.size());
      write_route(json, parse_route_row(rows.substr(0, end)));
      rows.remove_prefix(std::min(end + 1, rows.size()));
    }
  });
}

}  // namespace

std::string status_document(MasterState& master, const Pool& pool) {
  std::string text;
  JsonWriter json(text);
  StatusWriter(master, pool, json).write();
  return text;
}

Result<std::string> routes_document(const MasterState& master, const std::string& service) {
  if (!service.empty() && master.facts.service(service) == nullptr) {
    std::vector<std::string_view> names;
    for (const ServiceFacts& facts : master.facts.services) names.push_back(facts.name);
    const auto near = suggest(service, names);
    return Error::invalid(fmt::format("no service \"{}\"{}", service,
                                      near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
  }
  std::string text;
  JsonWriter json(text);
  json.object([&] {
    json.key("services");
    json.array([&] {
      for (const ServiceFacts& facts : master.facts.services) {
        const WorkerSet* serving = facts.set_in(SetRole::serving);
        if ((!service.empty() && facts.name != service) || serving == nullptr) continue;
        json.object([&] {
          json.field("name", facts.name);
          json.key("routes");
          write_routes(json,
                       master.services.at(facts.name).generations.at(serving->generation)->routes);
        });
      }
    });
  });
  return text;
}

std::string summary(const Facts& facts) {
  size_t wanted = 0, ready = 0;
  for (const ServiceFacts& service : facts.services) {
    const WorkerSet* set = service.set_in(SetRole::serving);
    // A successor's first generation waits in standby for its turn.
    if (set == nullptr && !facts.announced) set = service.set_in(SetRole::incoming);
    if (set == nullptr) continue;
    for (const Seat& seat : set->seats) {
      wanted += seat.stays();
      ready += seat.worker &&
               (seat.worker->state == WorkerState::ready ||
                (set->role == SetRole::incoming && seat.worker->state == WorkerState::standby));
    }
  }
  return fmt::format("{}, {} of {} ready", format_count(facts.services.size(), "service"), ready,
                     format_count(wanted, "worker"));
}

std::string listening(const MasterState& master) {
  std::string text;
  for (const auto& [name, config] : master.config.services) {
    const auto addresses = master.listeners.addresses_of(config);
    text += fmt::format("{}{} on ", text.empty() ? "" : "; ", name);
    for (size_t i = 0; i < addresses.size(); ++i) text += (i > 0 ? ", " : "") + addresses[i];
  }
  return text;
}

ServiceState overall_state(const Facts& facts) {
  using enum ServiceState;
  for (const ServiceState worst : {draining, crash_loop, booting, reloading, degraded})
    for (const ServiceFacts& service : facts.services)
      if (state_of(facts, service) == worst) return worst;
  return ready;
}

}  // namespace svc
