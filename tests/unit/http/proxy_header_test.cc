#include "core/http/proxy_header.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

using Parsed = ProxyHeader::State;
using Told = ProxyTold::Kind;

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string block(char command, char family, const std::string& rest) {
  return kSignature + command + family + static_cast<char>(rest.size() >> 8) +
         static_cast<char>(rest.size() & 0xff) + rest;
}

const std::string kFour("\xc0\x00\x02\x01\x0a\x00\x00\x01\x12\x67\x01\xbb", 12);
const std::string kSix = std::string("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16) +
                         std::string(16, '\0') + std::string("\x12\x67\x01\xbb", 4);

// The same whole and byte by byte, with a request behind it.
ProxyHeader read_header(const std::string& bytes) {
  const std::string more = bytes + "GET / HTTP/1.1\r\n\r\n";
  const ProxyHeader whole = read_proxy_header(more);
  if (whole.state == Parsed::complete) {
    EXPECT_EQ(whole.size, bytes.size());
    for (size_t size = 0; size < bytes.size(); ++size)
      EXPECT_EQ(read_proxy_header(more.substr(0, size)).state, Parsed::incomplete) << size;
  }
  return whole;
}

std::string source_in(const std::string& bytes) {
  const ProxyHeader header = read_header(bytes);
  EXPECT_EQ(header.state, Parsed::complete) << bytes;
  EXPECT_EQ(header.told.kind, Told::client);
  return header.told.source.text();
}

bool is_wrong(const std::string& bytes) { return read_header(bytes).state == Parsed::wrong; }

TEST(ProxyLine, TellsTheSource) {
  EXPECT_EQ(source_in("PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\n"), "192.0.2.1:4711");
  EXPECT_EQ(source_in("PROXY TCP6 2001:db8::1 ::1 65535 0\r\n"), "[2001:db8::1]:65535");
  EXPECT_EQ(source_in("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), "192.0.2.1:1");
}

TEST(ProxyLine, MayNotKnow) {
  for (const char* line :
       {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"}) {
    EXPECT_EQ(read_header(line).state, Parsed::complete);
    EXPECT_EQ(read_header(line).told.kind, Told::unknown);
  }
}

TEST(ProxyLine, IsExactOrWrong) {
  for (const char* line :
       {"PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP5 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n", "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 3\r\n",
        "PROXY TCP4 192.0.2.1  10.0.0.1 1 2\r\n", "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 \r\n",
        "PROXY TCP4 192.0.2.1 10.0.0.1 1 65536\r\n", "PROXY TCP4 192.0.2.1 10.0.0.1 -1 2\r\n",
        "PROXY TCP4 2001:db8::1 10.0.0.1 1 2\r\n", "PROXY TCP6 192.0.2.1 ::1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 10.0.0 1 2\r\n", "proxy TCP4 192.0.2.1 10.0.0.1 1 2\r\n",
        "PROXY UNKNOWNX\r\n", "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "P\r\n"})
    EXPECT_TRUE(is_wrong(line)) << line;
}

TEST(ProxyLine, HasABound) {
  const std::string line = "PROXY UNKNOWN " + std::string(107 - 14 - 2, 'x') + "\r\n";
  EXPECT_EQ(read_proxy_header(line).state, Parsed::complete);
  EXPECT_EQ(read_proxy_header("PROXY UNKNOWN " + std::string(107 - 14 - 1, 'x')).state,
            Parsed::incomplete);
  EXPECT_EQ(read_proxy_header("PROXY UNKNOWN " + std::string(107 - 14, 'x')).state, Parsed::wrong);
  EXPECT_EQ(read_proxy_header("PROXY UNKNOWN " + std::string(107 - 14 - 1, 'x') + "\r\n").state,
            Parsed::wrong);
}

TEST(ProxyBlock, TellsTheSource) {
  EXPECT_EQ(source_in(block(0x21, 0x11, kFour)), "192.0.2.1:4711");
  EXPECT_EQ(source_in(block(0x21, 0x12, kFour)), "192.0.2.1:4711");
  EXPECT_EQ(source_in(block(0x21, 0x21, kSix)), "[2001:db8::1]:4711");
}

TEST(ProxyBlock, LocalIsTheProxyItself) {
  for (const std::string& rest : {std::string(), kFour, std::string("rubbish")}) {
    const ProxyHeader header = read_header(block(0x20, 0x00, rest));
    EXPECT_EQ(header.state, Parsed::complete);
    EXPECT_EQ(header.told.kind, Told::itself);
  }
}

TEST(ProxyBlock, MayNotKnow) {
  for (const std::string& header :
       {block(0x21, 0x00, ""), block(0x21, 0x00, "whatever"), block(0x21, 0x10, kFour),
        block(0x21, 0x31, std::string(216, 'x'))}) {
    EXPECT_EQ(read_header(header).state, Parsed::complete);
    EXPECT_EQ(read_header(header).told.kind, Told::unknown);
  }
}

TEST(ProxyBlock, SaysWhetherTheClientCameOverTls) {
  const std::string ssl("\x20\x00\x05\x01\x00\x00\x00\x00", 8);
  const std::string plain("\x20\x00\x05\x02\x00\x00\x00\x00", 8);
  const std::string noop("\x04\x00\x03xyz", 6);
  EXPECT_TRUE(read_header(block(0x21, 0x11, kFour + noop + ssl)).told.secure);
  EXPECT_FALSE(read_header(block(0x21, 0x11, kFour + plain + noop)).told.secure);
  EXPECT_FALSE(read_header(block(0x21, 0x11, kFour)).told.secure);
  EXPECT_EQ(source_in(block(0x21, 0x11, kFour + noop + ssl)), "192.0.2.1:4711");
}

TEST(ProxyBlock, IsExactOrWrong) {
  EXPECT_TRUE(is_wrong(block(0x11, 0x11, kFour))) << "another version";
  EXPECT_TRUE(is_wrong(block(0x22, 0x11, kFour))) << "an unknown command";
  EXPECT_TRUE(is_wrong(block(0x21, 0x41, kFour))) << "an unknown family";
  EXPECT_TRUE(is_wrong(block(0x21, 0x13, kFour))) << "an unknown transport";
  EXPECT_TRUE(is_wrong(block(0x21, 0x11, kFour.substr(1)))) << "too short";
  EXPECT_TRUE(is_wrong(block(0x21, 0x21, kSix.substr(1))));
  EXPECT_TRUE(is_wrong(block(0x21, 0x31, std::string(215, 'x'))));
  EXPECT_TRUE(is_wrong(block(0x21, 0x11, kFour + "\x04")));
  EXPECT_TRUE(is_wrong(block(0x21, 0x11, kFour + std::string("\x04\x00\x02x", 4))));
  EXPECT_TRUE(is_wrong("\r\n\r\nGET / HTTP/1.1\r\n"));
}

TEST(ProxyBlock, HasABound) {
  std::string noops = kFour;
  while (noops.size() < kProxyHeaderMax - 16) noops += std::string("\x04\0\0", 3);
  noops.resize(kProxyHeaderMax - 16);
  EXPECT_NE(read_proxy_header(block(0x20, 0x11, noops)).state, Parsed::wrong);
  EXPECT_EQ(read_proxy_header(block(0x20, 0x11, noops + "x").substr(0, 16)).state, Parsed::wrong);
}

}  // namespace
}  // namespace svc
