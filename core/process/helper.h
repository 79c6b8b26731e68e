// helper.h — a child that works something out for the master and writes it into a pipe.
//
// Why: what could stall, crash or swell (a configuration of unknown content, somebody's symbol
// tables) is done in a process that can be killed, with a bound on its time and its answer.
//
// Processes: start() and everything else in the master, on its loop; `body` in the child, which
// holds nothing but its pipe, the log, and what `keep` names.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/loop/event_loop.h"
#include "core/process/children.h"
#include "core/process/credentials.h"

namespace svc {

// What the child has to say, in as many parts as it likes. A write that fails ends the child.
class HelperAnswer {
 public:
  explicit HelperAnswer(int pipe) : pipe_(pipe) {}
  void add(std::string_view part);

 private:
  int pipe_;
};

struct HelperOrder {
  std::string name;  // "configuration": for the process title and errors.
  Duration time_max = 5s;
  size_t answer_max = 64 * 1024;
  Credentials credentials;  // Who the child is.
  std::vector<int> keep;    // Descriptors that `body` uses.
  bool partial = false;     // What was said before a death or the time limit is an answer.
  std::function<void(HelperAnswer&)> body;
  // Once. Errors: message_size; unless `partial`: timed_out, no_child_process when it died of
  // itself.
  std::function<void(Result<std::string>)> on_answer;
};

class Helper {
 public:
  // Errors: pipe2(2), fork(2), epoll_ctl(2).
  static Result<std::unique_ptr<Helper>> start(EventLoop& loop, Children& children,
                                               HelperOrder order);
  virtual ~Helper() = default;  // Kills the child; on_answer is not called any more.
};

}  // namespace svc
