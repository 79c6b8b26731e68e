// load_watch.h — looks once a second at how busy the workers of services with a range are, and has
// them scaled; and at what every service has done, for whoever asks for the status.
//
// What workers say about their load is a claim: within the range that the configuration sets, a
// service may have what it claims to need.
//
// Process: the master, on its loop.
#pragma once

#include <map>
#include <string>

#include "core/loop/event_loop.h"
#include "core/process/autoscale.h"
#include "core/process/pool.h"

namespace svc {

class LoadWatch {
 public:
  static constexpr Duration kInterval = 1s;

  LoadWatch(MasterState& master, Pool& pool);
  void start();

 private:
  // What is remembered of a service between two looks.
  struct Watched {
    uint64_t generation = 0;
    Autoscale autoscale;
    std::map<WorkerKey, uint64_t> busy_ns;  // As of the last look.
  };

  void arm();
  void look();
  void note_work();
  void look_at(const ServiceFacts& facts, const Workers& range);
  Autoscale::Load load_of(const WorkerSet& set, Watched& watched) const;
  double busy_of(const WorkerFacts& facts, Watched& watched,
                 std::map<WorkerKey, uint64_t>& seen) const;

  MasterState& master_;
  Pool& pool_;
  Timer timer_;
  Instant looked_{};
  std::map<std::string, Watched> watched_;
};

}  // namespace svc
