// Addresses that can be had are served; those that can't are one clear line and exit status 1.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

std::string service_at(std::string_view listen, std::string_view extra = {}) {
  return fmt::format("[service.one]\nmodule = \"{}\"\nworkers = 2\nlisten = [{}]\n{}\n",
                     module_path("chaos"), listen, extra);
}

// The server must refuse: exit 1, `words` in its output, and nothing left behind.
void expect_refused(Svcd& svcd, const std::vector<std::string>& words,
                    ProcessOptions options = {}) {
  EXPECT_FALSE(svcd.start(std::move(options)));
  EXPECT_EQ(svcd.process().exit_code(), 1);
  const std::string said = svcd.ready_text() + read_file(svcd.dir().file("output")) + svcd.log();
  for (const auto& word : words)
    EXPECT_NE(said.find(word), std::string::npos) << word << " in: " << said;
  if (!std::filesystem::exists(svcd.dir().file("run"))) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(svcd.dir().file("run")))
    EXPECT_TRUE(entry.is_directory()) << entry.path();
}

TEST(Addresses, ServesIpv4Ipv6AndUnixTogether) {
  Svcd svcd("");
  const std::string socket = svcd.dir().file("one.sock");
  svcd.configure(service_at(fmt::format("\"127.0.0.1:0\", \"[::1]:0\", \"unix:{}\"", socket)));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  for (size_t i = 0; i < 3; ++i) {
    const auto answer = fetch(svcd.address("one", i), "/pid");
    ASSERT_TRUE(answer) << svcd.address("one", i);
    EXPECT_EQ(answer->status, 200);
  }
  EXPECT_TRUE(svcd.stop());
  EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST(Addresses, TakenPortIsNamed) {
  const int taken = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  socklen_t length = sizeof(address);
  ::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &length);
  const std::string text = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  Svcd svcd(service_at('"' + text + '"'));
  expect_refused(svcd, {text});
  ::close(taken);
}

TEST(Addresses, PortOfAnotherSvcdOfTheSameUserIsTaken) {
  Svcd first(service_at("\"127.0.0.1:0\""));
  ASSERT_TRUE(first.start());
  const std::string text = first.address("one");
  Svcd second(service_at('"' + text + '"'));
  expect_refused(second, {text});
  EXPECT_TRUE(first.stop());
}

TEST(Addresses, MissingDirectoryOfASocketIsNamed) {
  Svcd svcd(service_at("\"unix:/nowhere/at/all.sock\""));
  expect_refused(svcd, {"/nowhere/at"});
}

TEST(Addresses, PrivilegedPortIsNamed) {
  const std::string free_from = read_file("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  if (std::atoi(free_from.c_str()) <= 7) GTEST_SKIP() << "no port is privileged here";
  Svcd svcd(service_at("\"127.0.0.1:7\""));
  ProcessOptions options;
  options.before_exec = [] {
    // Root may, unless this is taken from it. Another user might not reach the program.
    if (::geteuid() == 0 && ::prctl(PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE) != 0) ::_exit(99);
  };
  expect_refused(svcd, {"127.0.0.1:7"}, options);
}

TEST(Addresses, StaleSocketFileIsReplacedALiveOneIsNot) {
  Svcd svcd("");
  const std::string path = svcd.dir().file("one.sock");
  svcd.configure(service_at(fmt::format("\"unix:{}\"", path)));

  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int other = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(other, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(other, 1), 0);
  expect_refused(svcd, {path});
  EXPECT_TRUE(std::filesystem::exists(path)) << "a live socket's file must stay";

  ::close(other);  // Now the file is stale.
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_EQ(fetch("unix:" + path, "/pid")->status, 200);
  EXPECT_TRUE(svcd.stop());
}

TEST(Addresses, AnOrdinaryFileIsNeverReplaced) {
  Svcd svcd("");
  const std::string path = svcd.dir().write("precious", "data");
  svcd.configure(service_at(fmt::format("\"unix:{}\"", path)));
  expect_refused(svcd, {path});
  EXPECT_EQ(read_file(path), "data");
}

// As a service manager makes it; and its address.
std::pair<int, std::string> listening_socket() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  const auto generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_TRUE(::bind(fd, generic, length) == 0 && ::listen(fd, 16) == 0);
  EXPECT_EQ(::getsockname(fd, generic, &length), 0);
  return {fd, fmt::format("127.0.0.1:{}", ntohs(address.sin_port))};
}

TEST(Addresses, InheritedSocketIsServed) {
  const auto [fd, text] = listening_socket();
  const auto [other, other_text] = listening_socket();
  Svcd svcd(service_at('"' + text + '"'));
  ProcessOptions options;
  options.descriptors = {{fd, 3}, {other, 4}};
  options.environment = {"LISTEN_FDS=2", "LISTEN_FDNAMES=web:spare"};
  options.listen_pid = true;
  ASSERT_TRUE(svcd.start(options)) << svcd.ready_text();
  EXPECT_EQ(fetch(text, "/pid")->status, 200);
  EXPECT_NE(svcd.log().find("no service's: " + other_text + " (spare)"), std::string::npos);
  EXPECT_TRUE(svcd.stop());
  EXPECT_TRUE(HttpClient(text).connected()) << "the socket belongs to whoever passed it";
  ::close(fd);
  ::close(other);
}

}  // namespace
}  // namespace svc::testing
