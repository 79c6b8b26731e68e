#include "core/net/listener.h"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/wait.h>

#include "tests/unit/net/net_support.h"

namespace svc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Listener opened(const std::string& address, const ListenerOptions& options = {},
                size_t workers = 1) {
  auto listener = Listener::open(address_of(address), options, workers);
  if (!listener) throw std::runtime_error(listener.error().text);
  return *std::move(listener);
}

Error refusal(const std::string& address, const ListenerOptions& options = {}) {
  auto listener = Listener::open(address_of(address), options, 1);
  EXPECT_FALSE(listener) << address << " could be listened on";
  if (listener) return {};
  EXPECT_EQ(listener.error().text.find('\n'), std::string::npos);
  return listener.error();
}

std::string text_of(const Address& address) { return address.text(); }

// Runs `body` in a child without root's rights; true when it returned true.
bool as_nobody(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgroups(0, nullptr) < 0 || ::setresgid(65534, 65534, 65534) < 0 ||
                             ::setresuid(65534, 65534, 65534) < 0))
      ::_exit(2);
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status == 0;
}

TEST(Listener, GivesEachWorkerIndexASocketOnTheSamePort) {
  const Listener listener = opened("127.0.0.1:0", {}, 4);
  EXPECT_EQ(listener.sockets(), 4u);
  EXPECT_FALSE(listener.shared());
  EXPECT_NE(listener.address().port(), 0);
  for (size_t i = 0; i < 4; ++i) {
    const AcceptSocket socket = listener.socket_for(i);
    EXPECT_EQ(*Address::local(socket.fd), listener.address());
    EXPECT_FALSE(socket.shared);
    EXPECT_FALSE(socket.local);
    EXPECT_EQ(socket.address, listener.address());
    for (size_t j = 0; j < i; ++j) EXPECT_NE(socket.fd, listener.socket_for(j).fd);
  }
}

TEST(Listener, SocketsNeitherBlockNorSurviveAnExec) {
  for (const Listener& listener : {opened("127.0.0.1:0"), opened("unix:@svc-flags")}) {
    const int fd = listener.socket_for(0).fd;
    EXPECT_TRUE(sys::fcntl(fd, F_GETFL) & O_NONBLOCK);
    EXPECT_TRUE(sys::fcntl(fd, F_GETFD) & FD_CLOEXEC);
  }
}

TEST(Listener, GrowsWithoutTouchingTheSocketsItHas) {
  Listener listener = opened("127.0.0.1:0", {}, 1);
  const Address address = listener.address();
  const int first = listener.socket_for(0).fd;
  const Client queued = connect_to(address);
  ASSERT_TRUE(listener.grow(3));
  EXPECT_EQ(listener.sockets(), 3u);
  EXPECT_EQ(listener.socket_for(0).fd, first);
  EXPECT_EQ(listener.address(), address);
  EXPECT_TRUE(accept_from(first).valid());
  ASSERT_TRUE(listener.grow(2));
  EXPECT_EQ(listener.sockets(), 3u);
}

TEST(Listener, WithoutReuseportAllWorkersShareOneSocket) {
  ListenerOptions options;
  options.reuseport = false;
  Listener listener = opened("127.0.0.1:0", options, 4);
  EXPECT_EQ(listener.sockets(), 1u);
  EXPECT_TRUE(listener.shared());
  EXPECT_EQ(listener.socket_for(3).fd, listener.socket_for(0).fd);
  EXPECT_TRUE(listener.socket_for(3).shared);
  ASSERT_TRUE(listener.grow(9));
  EXPECT_EQ(listener.sockets(), 1u);
}

TEST(Listener, RefusesAPortThatAnotherReuseportGroupOfThisUserServes) {
  const Listener first = opened("127.0.0.1:0", {}, 2);
  const std::string address = text_of(first.address());
  const Error error = refusal(address);
  EXPECT_EQ(error.code, std::errc::address_in_use);
  EXPECT_THAT(error.text, AllOf(HasSubstr("tcp " + address), HasSubstr("already in use"),
                                HasSubstr("choose another port")));
  ListenerOptions shared;
  shared.reuseport = false;
  EXPECT_EQ(refusal(address, shared).code, std::errc::address_in_use);
  EXPECT_EQ(refusal("*:" + std::to_string(first.address().port())).code, std::errc::address_in_use);
}

TEST(Listener, RefusesAPortThatAPlainSocketServes) {
  ListenerOptions shared;
  shared.reuseport = false;
  const Listener first = opened("127.0.0.1:0", shared);
  EXPECT_EQ(refusal(text_of(first.address())).code, std::errc::address_in_use);
  EXPECT_EQ(refusal(text_of(first.address()), shared).code, std::errc::address_in_use);
}

TEST(Listener, WithoutReuseportNobodyOfThisUserCanJoinItsPort) {
  ListenerOptions options;
  options.reuseport = false;
  const Listener listener = opened("127.0.0.1:0", options);
  const Fd other(sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ASSERT_EQ(sys::setsockopt(other.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
  EXPECT_LT(sys::bind(other.get(), listener.address().get(), listener.address().length()), 0);
  EXPECT_EQ(errno, EADDRINUSE);
}

TEST(Listener, AConnectionInTimeWaitDoesNotKeepItFromItsPort) {
  Address address;
  {
    Listener first = opened("127.0.0.1:0");
    address = first.address();
    Client client = connect_to(address);
    Fd accepted = accept_from(first.socket_for(0).fd);
    ASSERT_TRUE(accepted);
    accepted.reset();  // The side that closes first keeps the port in TIME_WAIT.
    pollfd wait{client.fd.get(), POLLIN, 0};
    ASSERT_EQ(sys::poll(&wait, 1, kPatienceMs), 1);
  }
  EXPECT_EQ(opened(text_of(address), {}, 2).sockets(), 2u);
}

TEST(Listener, ListensOnIpv6AloneForALiteralAddress) {
  const Listener v6 = opened("[::1]:0");
  EXPECT_EQ(connect_to(v6.address()).error, 0);
  const std::string port = std::to_string(v6.address().port());

  const Listener every_v6 = opened("[::]:0");
  const std::string other = std::to_string(every_v6.address().port());
  EXPECT_EQ(connect_to(address_of("[::1]:" + other)).error, 0);
  EXPECT_EQ(connect_to(address_of("127.0.0.1:" + other)).error, ECONNREFUSED);
}

TEST(Listener, ListensOnBothFamiliesForAStar) {
  const Listener any = opened("*:0", {}, 2);
  const std::string port = std::to_string(any.address().port());
  EXPECT_EQ(any.address().text(), "*:" + port);
  EXPECT_EQ(connect_to(address_of("127.0.0.1:" + port)).error, 0);
  EXPECT_EQ(connect_to(address_of("[::1]:" + port)).error, 0);
}

TEST(Listener, SaysThatAnAddressIsNotThisHosts) {
  const Error error = refusal("192.0.2.1:8080");  // TEST-NET-1, RFC 5737: nobody has it.
  EXPECT_EQ(error.code, std::errc::address_not_available);
  EXPECT_THAT(error.text,
              AllOf(HasSubstr("192.0.2.1:8080"), HasSubstr("not an address of this host")));
}

TEST(Listener, SaysWhatAPrivilegedPortNeeds) {
  EXPECT_TRUE(as_nobody([] {
    const auto listener = Listener::open(address_of("127.0.0.1:81"), {}, 1);
    return !listener && listener.error().code == std::errc::permission_denied &&
           listener.error().text.find("127.0.0.1:81") != std::string::npos &&
           listener.error().text.find("CAP_NET_BIND_SERVICE") != std::string::npos &&
           listener.error().text.find("ip_unprivileged_port_start") != std::string::npos;
  }));
}

TEST(Listener, OpensAUnixSocketThatIsGoneAtTheEnd) {
  const testing::TempDir dir;
  const std::string path = dir.file("s");
  {
    Listener listener = opened("unix:" + path, {}, 4);
    EXPECT_TRUE(listener.shared());
    EXPECT_TRUE(listener.socket_for(2).local);
    EXPECT_EQ(listener.sockets(), 1u);
    EXPECT_EQ(connect_to(listener.address()).error, 0);
    const Listener moved = std::move(listener);
    EXPECT_EQ(dir.entries(), 1u);
  }
  EXPECT_EQ(dir.entries(), 0u);
}

TEST(Listener, AbstractSocketsLeaveNoFile) {
  const std::string name = "unix:@svc-listener-" + std::to_string(::getpid());
  const Listener listener = opened(name);
  EXPECT_EQ(connect_to(listener.address()).error, 0);
  EXPECT_EQ(refusal(name).code, std::errc::address_in_use);
}

TEST(Listener, AssigningOverAListenerTakesItsFileAway) {
  const testing::TempDir dir;
  Listener listener = opened("unix:" + dir.file("a"));
  listener = opened("unix:" + dir.file("b"));
  EXPECT_EQ(dir.entries(), 1u);
  EXPECT_EQ(connect_to(listener.address()).error, 0);
}

// How many of 40 connections each socket gets.
std::vector<size_t> spread(const Listener& listener) {
  constexpr size_t kConnections = 40;
  std::vector<Client> clients;
  for (size_t i = 0; i < kConnections; ++i) clients.push_back(connect_to(listener.address()));
  std::vector<size_t> counts;
  for (size_t index = 0; index < listener.sockets(); ++index) {
    counts.push_back(0);
    while (accept_from(listener.socket_for(index).fd, 0)) ++counts.back();
  }
  return counts;
}

TEST(Listener, SteersConnectionsByChanceToTheSocketsThatAreLeft) {
  Listener listener = opened("127.0.0.1:0", {}, 4);
  EXPECT_THAT(spread(listener), ::testing::Each(::testing::Gt(0u)));
  ASSERT_TRUE(listener.steer(4, {0, 2}));
  auto counts = spread(listener);
  EXPECT_EQ(counts[0] + counts[2], 0u);
  EXPECT_EQ(counts[1] + counts[3], 40u);
  EXPECT_GT(std::min(counts[1], counts[3]), 0u);
  ASSERT_TRUE(listener.steer(2, {1}));
  EXPECT_EQ(spread(listener), (std::vector<size_t>{40, 0, 0, 0}));
  ASSERT_TRUE(listener.steer(2, {0, 1}));
  counts = spread(listener);
  EXPECT_EQ(counts[0] + counts[1], 40u) << "none is left: all are as good";
  EXPECT_GT(std::min(counts[0], counts[1]), 0u);
}

TEST(Listener, SocketsThatAreAddedGetNothingBeforeItIsSteeredToThem) {
  Listener listener = opened("127.0.0.1:0", {}, 1);
  ASSERT_TRUE(listener.grow(3));
  EXPECT_EQ(spread(listener), (std::vector<size_t>{40, 0, 0}));
  ASSERT_TRUE(listener.steer(3, {}));
  EXPECT_THAT(spread(listener), ::testing::Each(::testing::Gt(0u)));
}

TEST(Listener, RetiredTcpSocketsServeWhoIsQueuedAndShutOutWhoComesLater) {
  Listener listener = opened("127.0.0.1:0", {}, 2);
  const Address address = listener.address();
  std::vector<Client> queued;
  for (int i = 0; i < 8; ++i) queued.push_back(connect_to(address));
  for (const Client& client : queued) ASSERT_EQ(client.error, 0);

  listener.stop_new_connections();
  Client late = start_connect(address);
  EXPECT_EQ(late.error, EINPROGRESS);

  size_t accepted = 0;
  for (size_t index = 0; index < 2; ++index)
    while (Fd connection = accept_from(listener.socket_for(index).fd, 0)) {
      // Data still passes the filter that the connection inherited.
      EXPECT_EQ(sys::send(connection.get(), "x", 1, 0), 1);
      ++accepted;
    }
  EXPECT_EQ(accepted, queued.size());
  for (const Client& client : queued) {
    pollfd wait{client.fd.get(), POLLIN, 0};
    ASSERT_EQ(sys::poll(&wait, 1, kPatienceMs), 1);
    char byte = 0;
    EXPECT_EQ(sys::recv(client.fd.get(), &byte, 1, 0), 1);
  }

  finish_connect(late, 20);
  EXPECT_EQ(late.error, ETIMEDOUT) << "its SYN was answered";
  late.error = EINPROGRESS;
  { const Listener ends = std::move(listener); }
  finish_connect(late, kPatienceMs);
  EXPECT_EQ(late.error, ECONNREFUSED);  // At its first SYN retry, after a second.
}

TEST(Listener, RetiredTcpSocketsFinishHandshakesThatAreHalfWay) {
  // TCP_DEFER_ACCEPT keeps a handshake half-way until data comes: a stand-in for a slow client.
  Listener listener = opened("127.0.0.1:0", {}, 1);
  const int fd = listener.socket_for(0).fd;
  const int seconds = 5;
  ASSERT_EQ(sys::setsockopt(fd, IPPROTO_TCP, 9 /* TCP_DEFER_ACCEPT */, &seconds, sizeof seconds),
            0);
  const Client client = connect_to(listener.address());
  ASSERT_EQ(client.error, 0);
  ASSERT_FALSE(accept_from(fd, 0).valid());
  listener.stop_new_connections();
  ASSERT_EQ(sys::send(client.fd.get(), "x", 1, 0), 1);
  const Fd connection = accept_from(fd);
  ASSERT_TRUE(connection);
  char byte = 0;
  EXPECT_EQ(sys::recv(connection.get(), &byte, 1, 0), 1);
}

TEST(Listener, RetiredUnixSocketsLoseTheirNameAndServeWhoIsQueued) {
  const testing::TempDir dir;
  Listener listener = opened("unix:" + dir.file("s"));
  const Client queued = connect_to(listener.address());
  listener.stop_new_connections();
  EXPECT_EQ(dir.entries(), 0u);
  EXPECT_EQ(connect_to(listener.address()).error, ENOENT);
  EXPECT_TRUE(accept_from(listener.socket_for(0).fd).valid());

  // The name is free for a successor, which keeps it when the retired one ends.
  const Listener next = opened("unix:" + dir.file("s"));
  { const Listener ends = std::move(listener); }
  EXPECT_EQ(connect_to(next.address()).error, 0);
}

TEST(Listener, InheritsAListeningSocketAndLeavesItsPathAlone) {
  const testing::TempDir dir;
  const Listener giver = opened("unix:" + dir.file("s"));
  {
    Fd copy(::dup(giver.socket_for(0).fd));
    auto taken = Listener::inherit(std::move(copy));
    ASSERT_TRUE(taken) << taken.error().text;
    EXPECT_TRUE(taken->inherited());
    EXPECT_TRUE(taken->shared());
    EXPECT_TRUE(taken->socket_for(7).local);
    EXPECT_EQ(taken->address(), giver.address());
    EXPECT_TRUE(sys::fcntl(taken->socket_for(0).fd, F_GETFD) & FD_CLOEXEC);
    taken->stop_new_connections();
    EXPECT_EQ(connect_to(giver.address()).error, 0);
  }
  EXPECT_EQ(dir.entries(), 1u);
}

TEST(Listener, AnInheritedTcpSocketIsNeverShutToItsGiver) {
  const Listener giver = opened("127.0.0.1:0");
  Fd copy(::dup(giver.socket_for(0).fd));
  ASSERT_EQ(sys::fcntl(copy.get(), F_SETFL, 0), 0);
  auto taken = Listener::inherit(std::move(copy));
  ASSERT_TRUE(taken);
  EXPECT_TRUE(sys::fcntl(taken->socket_for(0).fd, F_GETFL) & O_NONBLOCK);
  taken->stop_new_connections();
  EXPECT_EQ(connect_to(giver.address()).error, 0);
}

TEST(Listener, RefusesToInheritWhatDoesNotListen) {
  const auto refused = [](int domain, int type) {
    return Listener::inherit(Fd(sys::socket(domain, type | SOCK_CLOEXEC, 0))).error().text;
  };
  EXPECT_THAT(refused(AF_INET, SOCK_STREAM), HasSubstr("no listening stream socket"));
  EXPECT_THAT(refused(AF_INET, SOCK_DGRAM), HasSubstr("no listening stream socket"));
  EXPECT_FALSE(Listener::inherit(Fd(sys::open("/dev/null", O_RDONLY | O_CLOEXEC))));
  EXPECT_FALSE(Listener::inherit(Fd()));
}

TEST(Listener, AnAddressCanBeTriedWithoutTakingConnections) {
  EXPECT_TRUE(check_bindable(address_of("127.0.0.1:0")));
  EXPECT_TRUE(check_bindable(address_of("*:0")));
  EXPECT_EQ(check_bindable(address_of("192.0.2.1:8080")).error().code,
            std::errc::address_not_available);
  const Listener taken = opened("127.0.0.1:0");
  EXPECT_EQ(check_bindable(taken.address()).error().code, std::errc::address_in_use);
}

TEST(Listener, TellsWhenTheKernelCutsTheBacklog) {
  EXPECT_EQ(backlog_cut_to(0), std::nullopt);
  const auto cut = backlog_cut_to(INT_MAX);
  ASSERT_TRUE(cut);
  EXPECT_GT(*cut, 0);
  EXPECT_EQ(backlog_cut_to(*cut), std::nullopt);
  EXPECT_EQ(backlog_cut_to(*cut + 1), cut);
}

TEST(ListenerDeathTest, AnIndexWithoutASocketIsOurBug) {
  const Listener listener = opened("127.0.0.1:0", {}, 2);
  EXPECT_DEATH(static_cast<void>(listener.socket_for(2)), "check failed");
}

// The sockets of a listener, as another process gets them.
std::vector<Fd> copies_of(const Listener& listener) {
  std::vector<Fd> copies;
  for (size_t i = 0; i < listener.sockets(); ++i)
    copies.emplace_back(sys::dup_cloexec(listener.socket_for(i).fd));
  return copies;
}

TEST(Listener, IsAdoptedWithAllOfItsSockets) {
  for (const char* wanted : {"127.0.0.1:0", "[::1]:0", "*:0"}) {
    Listener former = opened(wanted, {}, 3);
    auto adopted = Listener::adopt(address_of(wanted), {}, former.record(), copies_of(former));
    ASSERT_TRUE(adopted) << adopted.error().text;
    EXPECT_EQ(adopted->address(), former.address());
    EXPECT_EQ(adopted->sockets(), 3u);
    EXPECT_TRUE(adopted->grow(4));
    EXPECT_EQ(*Address::local(adopted->socket_for(3).fd), former.address());
  }
}

TEST(Listener, IsNotAdoptedWhereItIsNotWhatItShouldBe) {
  ListenerOptions alone;
  alone.reuseport = false;
  Listener each = opened("127.0.0.1:0", {}, 2), one = opened("127.0.0.1:0", alone);
  EXPECT_FALSE(Listener::adopt(address_of("127.0.0.1:9"), {}, each.record(), copies_of(each)));
  EXPECT_FALSE(Listener::adopt(address_of("[::1]:0"), {}, each.record(), copies_of(each)));
  EXPECT_FALSE(Listener::adopt(each.address(), {}, one.record(), copies_of(each)));
  EXPECT_FALSE(Listener::adopt(one.address(), {}, each.record(), copies_of(one)));
  EXPECT_FALSE(Listener::adopt(each.address(), {}, each.record(), {}));
  auto mixed = copies_of(each);
  mixed.push_back(std::move(copies_of(one).front()));
  EXPECT_FALSE(Listener::adopt(address_of("127.0.0.1:0"), {}, each.record(), std::move(mixed)));
  Fd silent(sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  std::vector<Fd> silents;
  silents.push_back(std::move(silent));
  EXPECT_FALSE(Listener::adopt(address_of("0.0.0.0:0"), {}, one.record(), std::move(silents)));
}

// Its master was killed while it was stopping.
TEST(Listener, ThatWasShutIsOpenAgainWhenItIsAdopted) {
  Listener former = opened("127.0.0.1:0");
  const Address address = former.address();
  former.stop_new_connections();
  auto adopted = Listener::adopt(address, {}, former.record(), copies_of(former));
  ASSERT_TRUE(adopted);
  const Fd client(sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(sys::connect(client.get(), address.get(), address.length()), 0);
}

TEST(Listener, OfAUnixSocketIsAdoptedWithItsFile) {
  const testing::TempDir dir;
  const std::string address = "unix:" + dir.file("s");
  Listener former = opened(address);
  former.disown();
  {
    auto adopted = Listener::adopt(address_of(address), {}, former.record(), copies_of(former));
    ASSERT_TRUE(adopted) << adopted.error().text;
    EXPECT_TRUE(adopted->shared());
  }
  EXPECT_FALSE(Listener::adopt(address_of(address), {}, former.record(), copies_of(former)))
      << "its file is gone";
}

}  // namespace
}  // namespace svc
