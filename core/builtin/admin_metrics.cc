#include "core/builtin/admin_metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "core/base/version.h"
#include "core/builtin/metrics_text.h"

namespace svc {
namespace {

using enum MetricType;

constexpr std::array<std::string_view, 4> kCodes = {"2xx", "3xx", "4xx", "5xx"};

double as_seconds(uint64_t ns) { return static_cast<double>(ns) / 1e9; }

// How long before `now` that was; what a worker claims may lie anywhere.
double age(uint64_t then_ns, Instant now) {
  const auto now_ns = static_cast<uint64_t>(Duration(now.time_since_epoch()).count());
  return then_ns >= now_ns ? 0 : as_seconds(now_ns - then_ns);
}

struct RouteSample {
  RouteTotals totals;
  MetricLabels labels;
};

class AdminMetrics {
 public:
  AdminMetrics(const Board& board, const AdminFacts* facts, Instant now)
      : board_(board), facts_(facts), now_(now) {}

  std::string write(Instant posted) {
    write_process(posted);
    write_routes();
    write_services();
    write_slots();
    write_upstreams();
    if (facts_ != nullptr) {
      write_service_facts();
      write_workers();
    }
    return std::move(out_);
  }

 private:
  void one(const MetricFamily& family, auto value) {
    text_.family(family);
    text_.sample({}, value);
  }

  void write_process(Instant posted) {
    const bool fresh = facts_ != nullptr && now_ - posted <= kFactsStale;
    one({"svcd_up", gauge, "1 while the master tells how things stand, else 0."}, uint64_t{fresh});
    text_.family({"svcd_build_info", gauge, "1; the version is in the label."});
    text_.sample(MetricLabels().add("version", kVersion), uint64_t{1});
    one({"svcd_master_log_lines_dropped_total", counter,
         "Lines of the log that masters could not write."},
        board_.master_log_lines_dropped().get());
    if (facts_ == nullptr) return;
    one({"svcd_facts_age_seconds", gauge, "How long ago the master told how things stand."},
        std::max(0.0, std::chrono::duration<double>(now_ - posted).count()));
    one({"svcd_generation", gauge, "Promotions so far."}, facts_->generation);
    one({"svcd_uptime_seconds", gauge, "Since this master has started."}, facts_->uptime_s);
  }

  void write_routes() {
    std::vector<RouteSample> routes;
    for (RouteTotals& totals :
         route_totals(board_, facts_ != nullptr ? facts_->alive() : std::vector<size_t>())) {
      MetricLabels labels;
      labels.add("service", totals.service).add("route", totals.route).add("method", totals.method);
      routes.push_back({std::move(totals), std::move(labels)});
    }
    text_.family({"svcd_requests_total", counter, "Requests that were answered in whole."});
    for (const RouteSample& it : routes)
      for (size_t i = 0; i < kCodes.size(); ++i)
        text_.sample(MetricLabels(it.labels).add("code", kCodes[i]), it.totals.answers[i + 2]);
    const auto each = [&](const MetricFamily& family, uint64_t RouteTotals::*number) {
      text_.family(family);
      for (const RouteSample& it : routes) text_.sample(it.labels, it.totals.*number);
    };
    each({"svcd_requests_failed_total", counter,
          "Requests that ended without a complete answer: client gone, cut."},
         &RouteTotals::failed);
    each({"svcd_requests_in_flight", gauge, "Requests whose handler runs."},
         &RouteTotals::in_flight);
    each({"svcd_request_bytes_total", counter, "Bytes of requests that are over, as received."},
         &RouteTotals::bytes_in);
    each({"svcd_response_bytes_total", counter, "Bytes of their answers, as sent."},
         &RouteTotals::bytes_out);
    text_.family({"svcd_request_duration_seconds", histogram,
                  "From the end of a request's head to the end of its answer."});
    for (const RouteSample& it : routes)
      text_.histogram(it.labels, it.totals.took, it.totals.took_ns);
  }

  // Sums over all slots that a service has ever had.
  struct ServiceSums {
    uint64_t accepted = 0, refused = 0, received = 0, sent = 0, failed = 0;
    uint64_t stalls = 0, busy_ns = 0, recycled = 0;
    uint64_t log_dropped = 0, access_log_dropped = 0;
    std::array<uint64_t, kDeathCauses> deaths{};
    struct Upstream {
      uint64_t requests = 0, failures = 0, retries = 0, hedges = 0, refused = 0, opened = 0;
    };
    std::map<std::string, Upstream> upstreams;
  };

  static void add(ServiceSums& sums, const WorkerSlot& slot) {
    sums.accepted += slot.connections_accepted.get();
    sums.refused += slot.connections_refused.get();
    sums.received += slot.bytes_in.get();
    sums.sent += slot.bytes_out.get();
    sums.failed += slot.requests_failed.get();
    sums.stalls += slot.loop_stalls.get();
    sums.busy_ns += slot.loop_busy_ns.get();
    sums.recycled += slot.recycled.get();
    sums.log_dropped += slot.log_lines_dropped.get();
    sums.access_log_dropped += slot.access_log_lines_dropped.get();
    for (size_t i = 0; i < kDeathCauses; ++i) sums.deaths[i] += slot.deaths[i].get();
    for (const UpstreamSlot& it : slot.upstreams) {
      std::string name = it.name();
      if (name.empty()) continue;
      ServiceSums::Upstream& upstream = sums.upstreams[std::move(name)];
      upstream.requests += it.requests.get();
      upstream.failures += it.failures.get();
      upstream.retries += it.retries.get();
      upstream.hedges += it.hedges.get();
      upstream.refused += it.refused.get();
      upstream.opened += it.opened.get();
    }
  }

  void write_services() {
    for (size_t i = 0; i < board_.slots_used(); ++i) {
      const WorkerSlot& slot = board_.slot(i);
      if (std::string name = slot.service.get(); !name.empty()) add(sums_[std::move(name)], slot);
    }
    for (const auto& [name, sums] : sums_)
      services_.push_back({MetricLabels().add("service", name), &sums});

    const auto each = [&](const MetricFamily& family, auto number) {
      text_.family(family);
      for (const auto& [labels, sums] : services_) text_.sample(labels, number(*sums));
    };
    each({"svcd_connections_accepted_total", counter, "Connections that were accepted."},
         [](const ServiceSums& it) { return it.accepted; });
    each({"svcd_connections_refused_total", counter,
          "Times that accepting paused: connections_max, no descriptors."},
         [](const ServiceSums& it) { return it.refused; });
    each({"svcd_received_bytes_total", counter, "Bytes that clients have sent."},
         [](const ServiceSums& it) { return it.received; });
    each({"svcd_sent_bytes_total", counter, "Bytes that clients were sent."},
         [](const ServiceSums& it) { return it.sent; });
    each({"svcd_failures_total", counter,
          "Requests without a complete answer, and answers that clients didn't take."},
         [](const ServiceSums& it) { return it.failed; });
    each({"svcd_loop_stalls_total", counter,
          "Times that a handler held the loop for 50 ms or more."},
         [](const ServiceSums& it) { return it.stalls; });
    each({"svcd_loop_busy_seconds_total", counter, "Time that workers' loops did not wait."},
         [](const ServiceSums& it) { return as_seconds(it.busy_ns); });
    each({"svcd_workers_recycled_total", counter,
          "Workers that were replaced in time: max_requests, memory_max, SIGTERM."},
         [](const ServiceSums& it) { return it.recycled; });
    each(
        {"svcd_log_lines_dropped_total", counter, "Lines of the log that workers could not write."},
        [](const ServiceSums& it) { return it.log_dropped; });
    each({"svcd_access_log_lines_dropped_total", counter,
          "Lines of the access log that workers could not write."},
         [](const ServiceSums& it) { return it.access_log_dropped; });
    text_.family({"svcd_worker_restarts_total", counter,
                  "Workers that died without having been asked to, by reason."});
    for (const auto& [labels, sums] : services_)
      for (size_t i = 0; i + 1 < kDeathCauses; ++i)
        text_.sample(MetricLabels(labels).add("reason", kDeathReasons[i]), sums->deaths[i]);
  }

  void write_upstreams() {
    const auto each = [&](const MetricFamily& family, uint64_t ServiceSums::Upstream::*number) {
      text_.family(family);
      for (const auto& [labels, sums] : services_)
        for (const auto& [name, upstream] : sums->upstreams)
          text_.sample(MetricLabels(labels).add("upstream", name), upstream.*number);
    };
    if (std::ranges::none_of(sums_, [](const auto& it) { return !it.second.upstreams.empty(); }))
      return;
    using Upstream = ServiceSums::Upstream;
    each({"svcd_upstream_requests_total", counter, "Attempts to call an upstream."},
         &Upstream::requests);
    each({"svcd_upstream_failures_total", counter,
          "Of them, those that brought no answer or a 5xx."},
         &Upstream::failures);
    each({"svcd_upstream_retries_total", counter, "Attempts after a first one."},
         &Upstream::retries);
    each({"svcd_upstream_hedges_total", counter, "Second attempts beside a slow first one."},
         &Upstream::hedges);
    each({"svcd_upstream_refused_total", counter, "Calls that an open breaker answered."},
         &Upstream::refused);
    each({"svcd_upstream_breaker_opened_total", counter, "How often breakers have opened."},
         &Upstream::opened);
  }

  void write_service_facts() {
    const auto each = [&](const MetricFamily& family, auto number) {
      text_.family(family);
      for (const AdminServiceFacts& it : facts_->services)
        text_.sample(MetricLabels().add("service", it.name), number(it));
    };
    each({"svcd_service_generation", gauge, "The generation that serves."},
         [](const AdminServiceFacts& it) { return it.generation; });
    each({"svcd_service_workers_wanted", gauge, "Workers that it should have."},
         [](const AdminServiceFacts& it) { return it.workers_wanted; });
    each({"svcd_service_workers_ready", gauge, "Workers that serve."},
         [](const AdminServiceFacts& it) { return static_cast<uint64_t>(it.ready()); });
    each({"svcd_service_quarantined_routes", gauge, "Routes that kept killing workers."},
         [](const AdminServiceFacts& it) { return static_cast<uint64_t>(it.quarantined.size()); });
    text_.family({"svcd_service_state", gauge, "1; the service's state is in the label."});
    for (const AdminServiceFacts& it : facts_->services)
      text_.sample(MetricLabels().add("service", it.name).add("state", it.state), uint64_t{1});
  }

  struct LivingWorker {
    const AdminWorkerFacts& facts;
    MetricLabels labels;
  };

  // What the board says of those who live.
  void write_slots() {
    if (facts_ == nullptr) return;
    for (const AdminServiceFacts& service : facts_->services)
      for (const AdminWorkerFacts& worker : service.workers)
        if (worker.slot < board_.slots_used())
          workers_.push_back({worker, MetricLabels()
                                          .add("service", service.name)
                                          .add("worker", std::to_string(worker.index))
                                          .add("slot", std::to_string(worker.slot))});
    const auto each = [&](const MetricFamily& family, auto number) {
      text_.family(family);
      for (const LivingWorker& it : workers_)
        text_.sample(it.labels, number(board_.slot(static_cast<size_t>(it.facts.slot))));
    };
    each({"svcd_worker_heartbeat_age_seconds", gauge, "Since its last sign of life."},
         [&](const WorkerSlot& it) {
           return it.beat_ns.get() == 0 ? 0 : age(it.beat_ns.get(), now_);
         });
    each({"svcd_worker_connections", gauge, "Connections that are open."},
         [](const WorkerSlot& it) { return it.connections_open.get(); });
    each({"svcd_worker_connections_idle", gauge, "Of them, those without a request."},
         [](const WorkerSlot& it) { return it.connections_idle.get(); });
    each({"svcd_worker_requests_in_flight", gauge, "Requests whose handler runs."},
         [](const WorkerSlot& it) { return it.requests_in_flight.get(); });
    each({"svcd_worker_loop_lag_seconds", gauge, "The longest turn of its loop between two beats."},
         [](const WorkerSlot& it) { return as_seconds(it.loop_lag_ns.get()); });
    each({"svcd_worker_queue_jobs", gauge, "Offloaded jobs that wait for a thread."},
         [](const WorkerSlot& it) { return it.jobs_queued.get(); });
    each({"svcd_worker_queue_age_seconds", gauge, "How long the first of them has waited."},
         [](const WorkerSlot& it) { return as_seconds(it.jobs_age_ns.get()); });
  }

  void write_workers() {
    const auto each = [&](const MetricFamily& family, auto number) {
      text_.family(family);
      for (const LivingWorker& it : workers_) text_.sample(it.labels, number(it.facts));
    };
    each({"svcd_worker_generation", gauge, "The generation of its code."},
         [](const AdminWorkerFacts& it) { return it.generation; });
    each({"svcd_worker_pid", gauge, "Its process."},
         [](const AdminWorkerFacts& it) { return it.pid; });
    each({"svcd_worker_uptime_seconds", gauge, "Since it was forked."},
         [](const AdminWorkerFacts& it) { return it.uptime_s; });
    each({"svcd_worker_resident_memory_bytes", gauge, "Its memory, shared pages included."},
         [](const AdminWorkerFacts& it) { return it.rss_bytes; });
    text_.family({"svcd_worker_state", gauge, "1; the worker's state is in the label."});
    for (const LivingWorker& it : workers_)
      text_.sample(MetricLabels(it.labels).add("state", it.facts.state), uint64_t{1});
  }

  const Board& board_;
  const AdminFacts* const facts_;
  const Instant now_;
  std::string out_;
  MetricsText text_{out_};
  std::map<std::string, ServiceSums> sums_;
  std::vector<std::pair<MetricLabels, const ServiceSums*>> services_;
  std::vector<LivingWorker> workers_;
};

}  // namespace

std::string admin_metrics(const Board& board, const AdminFacts* facts, Instant posted,
                          Instant now) {
  return AdminMetrics(board, facts, now).write(posted);
}

}  // namespace svc
