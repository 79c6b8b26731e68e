#include "core/http/workspace.h"

#include <utility>

#include "core/http/server_core.h"

namespace svc {

Workspace::Workspace(ServerCore& core)
    : parser(core.limits), exchange(core, parser, input, output) {}

WorkspaceLease WorkspacePool::take() {
  if (spare_.empty()) {
    // Here, so that giving one back never allocates.
    spare_.reserve(kKeptMax);
    return WorkspaceLease(new Workspace(core_), {this});
  }
  std::unique_ptr<Workspace> workspace = std::move(spare_.back());
  spare_.pop_back();
  return WorkspaceLease(workspace.release(), {this});
}

void WorkspaceReturn::operator()(Workspace* workspace) const noexcept {
  pool->put_back(std::unique_ptr<Workspace>(workspace));
}

void WorkspacePool::put_back(std::unique_ptr<Workspace> workspace) noexcept {
  workspace->exchange.close();
  if (spare_.size() >= kKeptMax) return;
  workspace->parser.reset();
  workspace->input.trim();
  workspace->output.clear();
  spare_.push_back(std::move(workspace));
}

}  // namespace svc
