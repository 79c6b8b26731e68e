// workspace.h — all that a connection needs while it is not idle, lent from a pool.
//
// Why one object: an idle keep-alive connection should cost a few hundred bytes, and a busy one
// should allocate nothing. So read buffer, parser, exchange and answers come and go together; what
// they have grown to is used again for the next request, of whichever connection.
//
// If a handler can't be interrupted when its connection ends (it awaits a pool thread), the
// workspace is its exchange's until the handler has ended: head and body are views into it.
//
// Thread: the worker's loop.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/http/answer_queue.h"
#include "core/http/exchange.h"
#include "core/http/read_buffer.h"
#include "core/http/request_parser.h"

namespace svc {

class ServerCore;

struct Workspace {
  explicit Workspace(ServerCore& core);

  ReadBuffer input;
  RequestParser parser;
  AnswerQueue output;
  ServedExchange exchange;
};

class WorkspacePool {
 public:
  static constexpr size_t kKeptMax = 128;  // Spare ones; at most some 20 KiB each.

  explicit WorkspacePool(ServerCore& core) noexcept : core_(core) {}

  WorkspaceLease take();
  size_t spare() const noexcept { return spare_.size(); }

 private:
  friend struct WorkspaceReturn;
  void put_back(std::unique_ptr<Workspace> workspace) noexcept;

  ServerCore& core_;
  std::vector<std::unique_ptr<Workspace>> spare_;
};

}  // namespace svc
