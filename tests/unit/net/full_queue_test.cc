#include "core/net/full_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/net/listener.h"
#include "tests/unit/net/net_support.h"

namespace svc {
namespace {

struct Door {
  const char* address;
  bool reuseport;
  size_t workers;
};

class FullQueueDoor : public ::testing::TestWithParam<Door> {
 protected:
  void SetUp() override {
    const Door& door = GetParam();
    ListenerOptions options;
    options.reuseport = door.reuseport;
    auto listener = Listener::open(address_of(door.address), options, door.workers);
    if (!listener) GTEST_SKIP() << listener.error().text;
    address_ = listener->address();
    for (size_t i = 0; i < listener->sockets(); ++i)
      sockets_.emplace_back(sys::fcntl(listener->socket_for(i).fd, F_DUPFD_CLOEXEC, 0));
  }

  size_t accept_all() {
    size_t accepted = 0;
    for (const Fd& socket : sockets_)
      while (Fd connection = accept_from(socket.get(), 0)) ++accepted;
    return accepted;
  }

  Address address_;
  std::vector<Fd> sockets_;
};

TEST_P(FullQueueDoor, KeepsOutWhoComesAndNobodyWhoCame) {
  std::vector<Client> queued;
  for (int i = 0; i < 16; ++i) queued.push_back(connect_to(address_));
  for (const Client& client : queued) ASSERT_EQ(client.error, 0);
  auto full = FullQueue::shut(sockets_, address_);
  ASSERT_TRUE(full) << full.error().text;
  EXPECT_TRUE(full->shuts());
  std::vector<Client> late;
  for (int i = 0; i < 16; ++i) late.push_back(start_connect(address_));
  EXPECT_EQ(accept_all(), queued.size());
  for (Client& client : late) {
    finish_connect(client, 5);
    EXPECT_EQ(client.error, ETIMEDOUT) << "its SYN was answered";
    client.error = EINPROGRESS;
  }
  EXPECT_EQ(accept_all(), 0u);
  sockets_.clear();
  *full = FullQueue();
  for (Client& client : late) {
    finish_connect(client, kPatienceMs);
    EXPECT_EQ(client.error, ECONNREFUSED);  // At its first SYN retry, after a second.
  }
}

INSTANTIATE_TEST_SUITE_P(Doors, FullQueueDoor,
                         ::testing::Values(Door{"127.0.0.1:0", true, 3},
                                           Door{"127.0.0.1:0", true, 1},
                                           Door{"127.0.0.1:0", false, 1}, Door{"[::1]:0", true, 2},
                                           Door{"*:0", true, 2}, Door{"*:0", false, 1}));

TEST(FullQueue, KeepsNobodyOutBeforeItIsShut) { EXPECT_FALSE(FullQueue().shuts()); }

}  // namespace
}  // namespace svc
