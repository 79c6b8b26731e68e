#include "core/net/listen_fds.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <functional>

#include "tests/unit/net/net_support.h"

namespace svc {
namespace {

// Runs `body` in a child whose descriptors from 3 on are copies of `passed`, as a service that
// systemd starts has them; true when it returned true.
bool in_service(const std::vector<int>& passed, const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<int> high;  // Out of the way of the numbers that are about to be written.
    for (const int fd : passed) high.push_back(sys::dup_cloexec(fd, 100));
    int next = 3;
    for (const int fd : high) ::dup2(fd, next++);
    sys::close_range(static_cast<unsigned>(next), 99, 0);
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status == 0;
}

void announce(const std::string& pid, const char* count, const char* names) {
  ::setenv("LISTEN_PID", pid.c_str(), 1);
  ::setenv("LISTEN_FDS", count, 1);
  if (names != nullptr) ::setenv("LISTEN_FDNAMES", names, 1);
}

std::string me() { return std::to_string(::getpid()); }

TEST(ListenFds, AreNoneWithoutTheVariables) {
  EXPECT_TRUE(in_service({}, [] {
    const auto taken = take_listen_fds();
    return taken && taken->empty();
  }));
}

TEST(ListenFds, AreTakenWithTheirNamesAndAddresses) {
  const auto tcp = Listener::open(address_of("127.0.0.1:0"), {}, 1);
  const auto local = Listener::open(address_of("unix:@svc-fds-" + me()), {}, 1);
  ASSERT_TRUE(tcp && local);
  EXPECT_TRUE(in_service({tcp->socket_for(0).fd, local->socket_for(0).fd}, [&] {
    announce(me(), "2", "users:");
    const auto taken = take_listen_fds();
    return taken && taken->size() == 2 && (*taken)[0].fd.get() == 3 &&
           (*taken)[0].name == "users" && (*taken)[0].address == tcp->address() &&
           (*taken)[1].name.empty() && (*taken)[1].address == local->address() &&
           (sys::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0;
  }));
}

TEST(ListenFds, CanBeListenedOn) {
  const auto tcp = Listener::open(address_of("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(tcp);
  EXPECT_TRUE(in_service({tcp->socket_for(0).fd}, [&] {
    announce(me(), "1", nullptr);
    auto taken = take_listen_fds();
    if (!taken || taken->size() != 1) return false;
    const auto listener = Listener::inherit(std::move((*taken)[0].fd));
    const Client client = connect_to(tcp->address());
    return listener && client.error == 0 && accept_from(listener->socket_for(0).fd).valid();
  }));
}

TEST(ListenFds, ForAnotherProcessAreLeftAlone) {
  const auto tcp = Listener::open(address_of("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(tcp);
  EXPECT_TRUE(in_service({tcp->socket_for(0).fd}, [&] {
    announce("1", "1", nullptr);
    const auto taken = take_listen_fds();
    return taken && taken->empty() && sys::fcntl(3, F_GETFD) >= 0;
  }));
}

TEST(ListenFds, AreNotAnnouncedToOurChildren) {
  for (const std::string& pid : {std::string("1"), std::string("me")}) {
    EXPECT_TRUE(in_service({0}, [&] {
      announce(pid == "me" ? me() : pid, "1", "x");
      const auto taken = take_listen_fds();
      return taken && std::getenv("LISTEN_PID") == nullptr &&
             std::getenv("LISTEN_FDS") == nullptr && std::getenv("LISTEN_FDNAMES") == nullptr;
    }));
  }
}

TEST(ListenFds, ThatAreNoSocketsHaveNoAddress) {
  const Fd plain(sys::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_TRUE(in_service({plain.get()}, [] {
    announce(me(), "1", "stored");
    const auto taken = take_listen_fds();
    return taken && taken->size() == 1 && (*taken)[0].address.family() == AF_UNSPEC;
  }));
}

TEST(ListenFds, MalformedAnnouncementsAreErrors) {
  const auto refused = [](const std::string& pid, const char* count) {
    return in_service({}, [&] {
      announce(pid == "me" ? me() : pid, count, nullptr);
      const auto taken = take_listen_fds();
      return !taken && !taken.error().text.empty();
    });
  };
  EXPECT_TRUE(refused("me", "-1"));
  EXPECT_TRUE(refused("me", "two"));
  EXPECT_TRUE(refused("me", "99999999999999"));
  EXPECT_TRUE(refused("me", "4097"));
  EXPECT_TRUE(refused("12x", "1"));
  EXPECT_TRUE(refused("me", "1"));  // Descriptor 3 is not open.
}

}  // namespace
}  // namespace svc
