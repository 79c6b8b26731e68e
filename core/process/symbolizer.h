// symbolizer.h — backtraces with names, worked out by helper processes, a few at a time.
//
// Why bounded: a service that crashes twenty times a second would have us read its symbol tables
// twenty times a second. What is over the bound, late or broken gets its raw addresses.
//
// Process: the master, on its loop; resolve_frames() (symbols.h) runs in the helpers.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/process/helper.h"
#include "core/process/symbols.h"

namespace svc {

class Symbolizer {
 public:
  static constexpr size_t kAtOnce = 2;
  static constexpr size_t kWaitingMax = 16;
  static constexpr Duration kTimeMax = 5s;

  struct Request {
    std::vector<std::string> frames;
    PinnedModule module;  // Its descriptor stays open until the answer: see `held`.
    std::shared_ptr<void> held;
    Credentials credentials;  // Of the worker: it reads what the worker could.
    std::function<void(std::vector<std::string>)> on_done;
  };

  // `wipe` runs in each helper first: it parses files that a worker has named, as that worker's
  // user, and must hold nobody's secrets.
  Symbolizer(EventLoop& loop, Children& children, std::function<void()> wipe)
      : loop_(loop), children_(children), wipe_(std::move(wipe)) {}
  // on_done is called from the loop, once, whatever happens; within kTimeMax of its start.
  void ask(Request request);
  bool idle() const noexcept { return running_.empty() && waiting_.empty(); }

 private:
  struct Job {
    Request request;
    std::unique_ptr<Helper> helper;
  };
  void start_next();
  void finish(std::list<Job>::iterator job, Result<std::string> answer);

  EventLoop& loop_;
  Children& children_;
  std::function<void()> wipe_;
  std::list<Job> running_;
  std::deque<Request> waiting_;
};

}  // namespace svc
