#include "core/http/workspace.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/http/server_core.h"
#include "server_support.h"

namespace svc {
namespace {

struct WorkspaceTest : testing::Test {
  TestServer server;
  ServerCore core{{*server.loop, *server.fibers, server.app, server.slot, {}}};
};

TEST_F(WorkspaceTest, IsUsedAgainAndWithoutWhatWasInIt) {
  Workspace* first = nullptr;
  {
    const WorkspaceLease lease = core.workspaces.take();
    first = lease.get();
    lease->input.space(1000)[0] = 'x';
    lease->input.filled(1);
    lease->output.tail() += "left over";
  }
  EXPECT_EQ(core.workspaces.spare(), 1u);
  const WorkspaceLease again = core.workspaces.take();
  EXPECT_EQ(again.get(), first);
  EXPECT_TRUE(again->input.empty());
  EXPECT_TRUE(again->output.empty());
  EXPECT_FALSE(again->exchange.opened());
}

TEST_F(WorkspaceTest, ThePoolKeepsABoundedNumber) {
  std::vector<WorkspaceLease> leases;
  for (size_t i = 0; i < WorkspacePool::kKeptMax + 10; ++i)
    leases.push_back(core.workspaces.take());
  EXPECT_EQ(core.workspaces.spare(), 0u);
  leases.clear();
  EXPECT_EQ(core.workspaces.spare(), WorkspacePool::kKeptMax);
}

}  // namespace
}  // namespace svc
