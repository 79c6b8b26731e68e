#include "core/net/address.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

#include "core/base/fd.h"
#include "core/base/sys.h"

namespace svc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Address parsed(std::string_view text) {
  auto address = Address::parse(text);
  EXPECT_TRUE(address) << address.error().text;
  return address ? *address : Address();
}

std::string parse_refusal(std::string_view text) {
  const auto address = Address::parse(text);
  EXPECT_FALSE(address) << text << " was read as " << address->text();
  if (address) return "";
  EXPECT_EQ(address.error().code, std::errc::invalid_argument);
  EXPECT_EQ(address.error().text.find('\n'), std::string::npos);
  return address.error().text;
}

TEST(Address, ReadsEveryFormAndWritesItBackTheSame) {
  for (const char* text : {"127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:8080",
                           "[::]:80", "[2001:db8::7]:443", "*:8080", "unix:/run/svcd/users.sock",
                           "unix:relative.sock", "unix:@abstract", "unix:@a/b"}) {
    EXPECT_EQ(parsed(text).text(), text);
    EXPECT_EQ(parsed(parsed(text).text()), parsed(text));
  }
}

TEST(Address, LocalhostIsTheIpv4Loopback) {
  EXPECT_EQ(parsed("localhost:80").text(), "127.0.0.1:80");
}

TEST(Address, AStarIsBothFamiliesAndTheLiteralIsNot) {
  EXPECT_TRUE(parsed("*:80").is_any());
  EXPECT_FALSE(parsed("[::]:80").is_any());
  EXPECT_EQ(parsed("*:80").family(), AF_INET6);
  EXPECT_FALSE(parsed("*:80") == parsed("[::]:80"));
}

TEST(Address, KeepsTheInterfaceOfALinkLocalAddress) {
  EXPECT_EQ(parsed("[fe80::1%lo]:80").text(), "[fe80::1%lo]:80");
  EXPECT_FALSE(parsed("[fe80::1%lo]:80") == parsed("[fe80::1]:80"));
  EXPECT_THAT(parse_refusal("[fe80::1%nosuch0]:80"), HasSubstr("no network interface \"nosuch0\""));
}

TEST(Address, SpeaksOfItsTransport) {
  EXPECT_EQ(parsed("127.0.0.1:1").spoken(), "tcp 127.0.0.1:1");
  EXPECT_EQ(parsed("unix:/x").spoken(), "unix /x");
  EXPECT_EQ(parsed("unix:@x").spoken(), "unix @x");
}

TEST(Address, OnlyAPathInTheFileSystemIsAPath) {
  EXPECT_EQ(parsed("unix:/a/b").path(), "/a/b");
  EXPECT_EQ(parsed("unix:@a").path(), "");
  EXPECT_EQ(parsed("127.0.0.1:1").path(), "");
}

TEST(Address, APathMayBeAsLongAsTheKernelTakesAndNoLonger) {
  const std::string longest = "unix:/" + std::string(106, 'x');
  EXPECT_EQ(parsed(longest).text(), longest);
  EXPECT_THAT(parse_refusal(longest + "x"), AllOf(HasSubstr("108 bytes"), HasSubstr("at most 107"),
                                                  HasSubstr("shorter directory")));
}

TEST(Address, SaysWhatIsWrongAndWhatToWriteInstead) {
  EXPECT_THAT(parse_refusal(""), HasSubstr("empty; write for example 127.0.0.1:8080"));
  EXPECT_THAT(parse_refusal("8080"), HasSubstr("write 127.0.0.1:8080, or *:8080 for all"));
  EXPECT_THAT(parse_refusal(":8080"), HasSubstr("write 127.0.0.1:8080, or *:8080 for all"));
  EXPECT_THAT(parse_refusal("127.0.0.1"), HasSubstr("no port; write 127.0.0.1:8080"));
  EXPECT_THAT(parse_refusal("[::1]"), HasSubstr("no port; write [::1]:8080"));
  EXPECT_THAT(parse_refusal("/run/x.sock"), HasSubstr("write unix:/run/x.sock"));
  EXPECT_THAT(parse_refusal("::1:80"), HasSubstr("needs brackets; write [::1]:80"));
  EXPECT_THAT(parse_refusal("example.com:80"), HasSubstr("\"example.com\" is a name"));
  EXPECT_THAT(parse_refusal("256.0.0.1:80"), HasSubstr("256.0.0.1 is no IPv4 address"));
  EXPECT_THAT(parse_refusal("127.1:80"), HasSubstr("is no IPv4 address"));
  EXPECT_THAT(parse_refusal("[::g]:80"), HasSubstr("no IPv6 address"));
  EXPECT_THAT(parse_refusal("[::ffff:127.0.0.1]:80"), HasSubstr("write 127.0.0.1"));
  EXPECT_THAT(parse_refusal("unix:"), HasSubstr("no path"));
  EXPECT_THAT(parse_refusal("unix:@"), HasSubstr("no name after @"));
  EXPECT_THAT(parse_refusal("unix:/run/"), HasSubstr("a directory"));
  EXPECT_THAT(parse_refusal(std::string_view("unix:/a\0b", 9)), HasSubstr("NUL"));
  EXPECT_THAT(parse_refusal("http://127.0.0.1:80"), HasSubstr("is a name"));
}

TEST(Address, RefusesWhatIsNoPort) {
  for (const char* text : {"127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:99999999999999999999",
                           "127.0.0.1:-1", "127.0.0.1:+80", "127.0.0.1: 80", "127.0.0.1:80x"})
    EXPECT_THAT(parse_refusal(text), HasSubstr("is no port; a port is a number from 0 to 65535"));
}

TEST(Address, NeverRepeatsControlBytesOrWholeFiles) {
  EXPECT_THAT(parse_refusal("a\nb:\x1b[31m80"), HasSubstr("a?b:?[31m80"));
  EXPECT_LT(parse_refusal(std::string(100'000, 'x')).size(), 1'000u);
  EXPECT_LT(parse_refusal("unix:" + std::string(100'000, 'x')).size(), 500u);
}

TEST(Address, PortsCanBeSet) {
  Address v4 = parsed("127.0.0.1:0");
  v4.set_port(99);
  EXPECT_EQ(v4.text(), "127.0.0.1:99");
  Address v6 = parsed("[::1]:0");
  v6.set_port(99);
  EXPECT_EQ(v6.text(), "[::1]:99");
}

TEST(Address, AnIpv4PeerOfASocketForBothIsShownAsIpv4) {
  sockaddr_storage storage{};
  auto* in6 = reinterpret_cast<sockaddr_in6*>(&storage);
  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons(7);
  ASSERT_EQ(inet_pton(AF_INET6, "::ffff:192.0.2.1", &in6->sin6_addr), 1);
  EXPECT_EQ(Address::from_sockaddr(storage, sizeof *in6), parsed("192.0.2.1:7"));
}

TEST(Address, ReadsBothEndsOfAConnection) {
  Fd listener(sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Address any = parsed("127.0.0.1:0");
  ASSERT_EQ(sys::bind(listener.get(), any.get(), any.length()), 0);
  ASSERT_EQ(sys::listen(listener.get(), 1), 0);
  const auto bound = Address::local(listener.get());
  ASSERT_TRUE(bound);
  EXPECT_NE(bound->port(), 0);
  Fd client(sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(sys::connect(client.get(), bound->get(), bound->length()), 0);
  EXPECT_EQ(*Address::peer(client.get()), *bound);
  EXPECT_FALSE(Address::peer(listener.get()));
}

TEST(Address, ReadsUnixSocketsWithAndWithoutAName) {
  Fd listener(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Address name = parsed("unix:@svcd-address-test-" + std::to_string(::getpid()));
  ASSERT_EQ(sys::bind(listener.get(), name.get(), name.length()), 0);
  EXPECT_EQ(*Address::local(listener.get()), name);
  Fd unnamed(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(Address::local(unnamed.get())->text(), "unix:");
  EXPECT_FALSE(*Address::local(unnamed.get()) == name);
}

}  // namespace
}  // namespace svc
