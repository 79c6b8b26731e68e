#include "core/process/listeners.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/support/temp_dir.h"

namespace svc {
namespace {

ServiceConfig service(const std::string& name, const std::vector<std::string>& addresses) {
  ServiceConfig config;
  config.name = name;
  for (const auto& address : addresses) config.listen.push_back({.address = address});
  return config;
}

std::set<int> descriptors(const std::vector<AcceptSocket>& sockets) {
  std::set<int> fds;
  for (const auto& socket : sockets) fds.insert(socket.fd);
  return fds;
}

TEST(Listeners, GiveEachWorkerItsOwnSocket) {
  Listeners listeners;
  Listeners::Opening opening;
  const auto alpha = service("alpha", {"127.0.0.1:0"});
  ASSERT_TRUE(listeners.open_for(alpha, 3, opening));
  EXPECT_EQ(opening.opened.size(), 1U);
  std::set<int> all;
  for (size_t i = 0; i < 3; ++i) {
    const auto mine = listeners.sockets_for(alpha, i, 3);
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_TRUE(all.insert(mine[0].fd).second);
  }
}

TEST(Listeners, LeaveNoQueueWithoutAWorkerWhenThereAreFewer) {
  Listeners listeners;
  Listeners::Opening opening;
  const auto alpha = service("alpha", {"127.0.0.1:0"});
  ASSERT_TRUE(listeners.open_for(alpha, 5, opening));
  std::set<int> all;
  for (size_t i = 0; i < 2; ++i) all.merge(descriptors(listeners.sockets_for(alpha, i, 2)));
  EXPECT_EQ(all.size(), 5U);
}

TEST(Listeners, GrowWithoutClosingWhatWasOpen) {
  Listeners listeners;
  Listeners::Opening first, second;
  const auto alpha = service("alpha", {"127.0.0.1:0"});
  ASSERT_TRUE(listeners.open_for(alpha, 2, first));
  ASSERT_TRUE(listeners.open_for(alpha, 4, second));
  EXPECT_TRUE(second.opened.empty());
  EXPECT_EQ(listeners.queues_of(alpha, 0, 1).size(), 4U);
  EXPECT_GE(listeners.descriptor_of(listeners.queues_of(alpha, 3, 4).front()), 0);
  EXPECT_EQ(listeners.addresses_of(alpha).size(), 1U);
}

TEST(Listeners, PortZeroBelongsToItsServiceAndKeepsItsPort) {
  Listeners listeners;
  Listeners::Opening opening;
  const auto alpha = service("alpha", {"127.0.0.1:0"}), beta = service("beta", {"127.0.0.1:0"});
  ASSERT_TRUE(listeners.open_for(alpha, 1, opening));
  ASSERT_TRUE(listeners.open_for(beta, 1, opening));
  const auto before = listeners.addresses_of(alpha);
  EXPECT_NE(before, listeners.addresses_of(beta));
  ASSERT_TRUE(listeners.open_for(alpha, 1, opening));
  EXPECT_EQ(listeners.addresses_of(alpha), before);
}

TEST(Listeners, AnAddressMayMoveToAnotherService) {
  testing::TempDir dir;
  const std::string address = "unix:" + dir.file("socket");
  Listeners listeners;
  Listeners::Opening opening, moved;
  ASSERT_TRUE(listeners.open_for(service("alpha", {address}), 1, opening));
  ASSERT_TRUE(listeners.open_for(service("beta", {address}), 2, moved));
  EXPECT_TRUE(moved.opened.empty());
  EXPECT_TRUE(listeners.sockets_for(service("beta", {address}), 1, 2)[0].shared);
}

TEST(Listeners, UndoOnlyWhatWasOpened) {
  testing::TempDir dir;
  const std::string first = "unix:" + dir.file("first"), second = "unix:" + dir.file("second");
  Listeners listeners;
  Listeners::Opening kept, opening;
  ASSERT_TRUE(listeners.open_for(service("alpha", {first}), 1, kept));
  const auto failed = listeners.open_for(
      service("alpha", {first, second, "unix:" + dir.file("none/third")}), 1, opening);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().text.starts_with("service alpha: ")) << failed.error().text;
  EXPECT_TRUE(std::filesystem::exists(dir.file("second")));
  listeners.close(opening.opened);
  EXPECT_FALSE(std::filesystem::exists(dir.file("second")));
  EXPECT_TRUE(std::filesystem::exists(dir.file("first")));
  EXPECT_EQ(listeners.keys().size(), 1U);
}

TEST(Listeners, RefuseAnUnknownOwner) {
  testing::TempDir dir;
  auto alpha = service("alpha", {"unix:" + dir.file("socket")});
  alpha.listen[0].owner = "no-such-user";
  Listeners listeners;
  Listeners::Opening opening;
  EXPECT_EQ(listeners.open_for(alpha, 1, opening).error().text,
            "service alpha: no such user: \"no-such-user\"");
  EXPECT_TRUE(opening.opened.empty());
}

}  // namespace
}  // namespace svc
