// core.h — what all exchanges of one worker share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/http/client/connections.h"
#include "core/http/client/inflate.h"
#include "core/http/client/pool.h"
#include "core/http/client/resolver.h"
#include "core/http/client/response_parser.h"
#include "core/http/read_buffer.h"

namespace svc {

// All that an exchange needs and an idle connection does not: lent, so that an exchange allocates
// nearly nothing and 10,000 idle connections hold no buffers.
struct ClientWorkspace {
  ReadBuffer input;
  ResponseParser parser;
  Inflater inflater;
  std::string output;  // The request's head, then pieces of a streamed body.
};

struct ClientCore {
  static constexpr size_t kSpareMax = 32;
  static constexpr size_t kOutputKept = 32 * 1024;

  ClientCore(EventLoop& on, ClientConnections::Options chosen)
      : loop(on),
        options(std::move(chosen)),
        pool(on, options.pool),
        resolver(on, options.resolver) {}

  std::unique_ptr<ClientWorkspace> borrow() {
    if (spare.empty()) return std::make_unique<ClientWorkspace>();
    std::unique_ptr<ClientWorkspace> workspace = std::move(spare.back());
    spare.pop_back();
    return workspace;
  }
  void give_back(std::unique_ptr<ClientWorkspace> workspace) {
    if (spare.size() >= kSpareMax) return;
    workspace->input.trim();
    workspace->output.clear();
    if (workspace->output.capacity() > kOutputKept) workspace->output = {};
    spare.push_back(std::move(workspace));
  }

  EventLoop& loop;
  ClientConnections::Options options;
  ClientPool pool;
  Resolver resolver;
  std::vector<std::unique_ptr<ClientWorkspace>> spare;
  uint64_t opened = 0;
  uint64_t reused = 0;
  size_t exchanges = 0;  // That live.
};

}  // namespace svc
