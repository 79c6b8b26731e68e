// Behind proxies: who the client is, told by header fields and by the PROXY protocol, with raw
// bytes and with Debian's nginx and HAProxy in front.
//
// The proxies come from 127.0.0.9 or through a Unix socket, and only those are trusted: a client
// on 127.0.0.1 is nobody's proxy.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/front.h"
#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kSpoof =
    "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n"
    "Forwarded: for=203.0.113.9;proto=https;host=evil.example\r\n";

std::string echo_service(std::string_view listen, std::string_view proxy) {
  return fmt::format(
      "[service.echo]\nbuiltin = \"echo\"\nlisten = [\"127.0.0.1:0\", {}]\nworkers = 2\n"
      "[service.echo.proxy]\n{}\n",
      listen, proxy);
}

std::string origin_of(const std::optional<Answer>& answer) {
  return answer ? json_text(answer->body, "/origin").value_or("none") : "no answer";
}
std::string url_of(const std::optional<Answer>& answer) {
  return answer ? json_text(answer->body, "/url").value_or("none") : "no answer";
}

class BehindProxies : public ::testing::Test {
 protected:
  void serve(std::string_view proxy) {
    svcd_.configure(echo_service(unix_listener(), proxy));
    ASSERT_TRUE(svcd_.start()) << svcd_.ready_text();
  }
  void serve_with(std::string_view proxy) {
    svcd_.configure(echo_service(unix_listener(), proxy));
    reload();
  }
  // Returns when all of the old generation have gone, and their connections are elsewhere.
  void reload() {
    const std::vector<pid_t> before = svcd_.workers("echo");
    const Outcome reload = svcd_.svcctl({"reload"});
    ASSERT_EQ(reload.exit_code, 0) << reload.output;
    for (const pid_t pid : before) ASSERT_TRUE(eventually([&] { return !process_exists(pid); }));
  }
  std::string unix_path() const { return svcd_.dir().file("echo.sock"); }
  std::string unix_listener() const { return fmt::format("\"unix:{}\"", unix_path()); }
  std::string upstream() const { return svcd_.address("echo"); }

  // A request with everything that a client could make up.
  static std::optional<Answer> spoof(std::string_view address) {
    return fetch(address, "GET", "/anything", kSpoof, "");
  }

  Svcd svcd_{"[service.echo]\n"};
};

TEST_F(BehindProxies, FieldsCountOnceSomebodyIsTrusted) {
  serve("");
  HttpClient kept(upstream());
  EXPECT_EQ(origin_of(kept.get("/anything", kSpoof)), "127.0.0.1");
  EXPECT_EQ(url_of(kept.get("/anything", kSpoof)), "http://test/anything");
  serve_with("trusted = [\"127.0.0.1\"]");
  EXPECT_EQ(origin_of(kept.get("/anything", kSpoof)), "203.0.113.9") << "the same connection";
  EXPECT_EQ(url_of(kept.get("/anything", kSpoof)), "https://test/anything");
  serve_with("trusted = [\"127.0.0.0/8\"]\nheader = \"forwarded\"\nhost = \"on\"");
  EXPECT_EQ(origin_of(kept.get("/anything", "Forwarded: for=\"[2001:db8::1]:80\"\r\n")),
            "2001:db8::1");
  EXPECT_EQ(url_of(kept.get("/anything", kSpoof)), "https://evil.example/anything")
      << "whoever is trusted is believed";
  EXPECT_TRUE(svcd_.stop());
}

TEST_F(BehindProxies, APROXYHeaderCountsForAllRequestsAndOverReloads) {
  serve("trusted = [\"127.0.0.1\"]\nprotocol = \"on\"");
  HttpClient first(upstream()), second(upstream());
  ASSERT_TRUE(first.send("PROXY TCP4 192.0.2.1 10.0.0.1 4711"));
  ASSERT_TRUE(second.send(std::string_view("\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24", 16)));
  ASSERT_TRUE(first.send(" 443\r\n"));
  ASSERT_TRUE(
      second.send(std::string_view("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
                                   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x12\x67\x01\xbb",
                                   36)));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(origin_of(first.get("/anything", kSpoof)), "192.0.2.1");
    EXPECT_EQ(origin_of(second.get("/anything", kSpoof)), "2001:db8::1");
    EXPECT_EQ(url_of(second.get("/anything", kSpoof)), "http://test/anything");
    if (i == 0) reload();
  }
  EXPECT_FALSE(first.was_reset());
  HttpClient without(upstream());
  EXPECT_FALSE(without.get("/anything"));
  EXPECT_TRUE(svcd_.log_has("PROXY header"));
  HttpClient other("unix:" + unix_path());
  EXPECT_EQ(origin_of(other.get("/anything")), "unix:") << "who isn't trusted has none";
  EXPECT_TRUE(svcd_.stop());
}

TEST_F(BehindProxies, NginxThroughAUnixSocket) {
  serve("trusted = [\"unix:\"]");
  Front nginx;
  ASSERT_TRUE(nginx.start_nginx(
      "proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
      "proxy_set_header Host $http_host;\n"
      "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
      "proxy_set_header X-Forwarded-Proto $scheme;",
      fmt::format("upstream app {{ server unix:{}; keepalive 8; }}", unix_path())))
      << nginx.log();
  EXPECT_EQ(origin_of(fetch(nginx.address(), "/anything")), "127.0.0.1");
  EXPECT_EQ(origin_of(spoof(nginx.address())), "127.0.0.1") << "not what the client made up";
  EXPECT_TRUE(url_of(spoof(nginx.address())).starts_with("http://")) << "nor that";
  EXPECT_EQ(url_of(spoof(nginx.address())).find("evil"), std::string::npos);
  EXPECT_EQ(origin_of(spoof(upstream())), "127.0.0.1") << "nor directly";
  reload();
  EXPECT_EQ(origin_of(spoof(nginx.address())), "127.0.0.1");
  EXPECT_TRUE(svcd_.stop());
}

TEST_F(BehindProxies, NginxWithAHostOfItsOwn) {
  serve("trusted = [\"127.0.0.9\"]\nhost = \"on\"");
  Front nginx;
  ASSERT_TRUE(
      nginx.start_nginx(fmt::format("proxy_pass http://{}; proxy_bind 127.0.0.9;\n"
                                    "proxy_set_header X-Forwarded-For $remote_addr;\n"
                                    "proxy_set_header X-Forwarded-Proto https;\n"
                                    "proxy_set_header X-Forwarded-Host shop.example;\n"
                                    "proxy_set_header X-Forwarded-Port 8443;",
                                    upstream())))
      << nginx.log();
  const auto answer = spoof(nginx.address());
  EXPECT_EQ(origin_of(answer), "127.0.0.1");
  EXPECT_EQ(url_of(answer), "https://shop.example:8443/anything");
  EXPECT_TRUE(svcd_.stop());
}

TEST_F(BehindProxies, HaproxyWithTheProxyProtocolInBothVersions) {
  serve("trusted = [\"127.0.0.9\"]\nheader = \"none\"\nprotocol = \"on\"");
  for (const char* const version : {"send-proxy", "send-proxy-v2", "send-proxy-v2-ssl"}) {
    Front haproxy;
    // Its own checks say LOCAL (version 2) or UNKNOWN; a server that failed them would be down.
    ASSERT_TRUE(haproxy.start_haproxy(
        "tcp", fmt::format("  option httpchk GET /anything\n"
                           "  server app {} source 127.0.0.9 {} check inter 20ms fall 1\n",
                           upstream(), version)))
        << haproxy.log();
    HttpClient client(haproxy.address());
    for (int i = 0; i < 3; ++i) {
      const auto answer = client.get("/anything", kSpoof);
      EXPECT_EQ(origin_of(answer), "127.0.0.1") << version;
      EXPECT_EQ(url_of(answer), "http://test/anything") << version;
    }
    client.close();
  }
  EXPECT_EQ(origin_of(spoof(upstream())), "127.0.0.1") << "who isn't trusted needs no header";
  EXPECT_TRUE(svcd_.stop());
}

TEST_F(BehindProxies, HaproxyWithForwarded) {
  serve("trusted = [\"127.0.0.9\"]\nheader = \"forwarded\"\nhost = \"on\"");
  Front haproxy;
  ASSERT_TRUE(haproxy.start_haproxy(
      "http", fmt::format("  http-request set-header Forwarded "
                          "\"for=%[src];proto=https;host=\\\"%[req.hdr(Host)]\\\"\"\n"
                          "  server app {} source 127.0.0.9\n",
                          upstream())))
      << haproxy.log();
  const auto answer = spoof(haproxy.address());
  EXPECT_EQ(origin_of(answer), "127.0.0.1");
  EXPECT_TRUE(url_of(answer).starts_with("https://")) << url_of(answer);
  EXPECT_EQ(url_of(answer).find("evil"), std::string::npos);
  EXPECT_TRUE(svcd_.stop());
}

TEST_F(BehindProxies, HaproxyThatOnlyAddsToXForwardedFor) {
  serve("trusted = [\"127.0.0.9\"]");
  Front haproxy;
  ASSERT_TRUE(
      haproxy.start_haproxy("http", fmt::format("  option forwardfor\n"
                                                "  http-request set-header X-Forwarded-Proto http\n"
                                                "  server app {} source 127.0.0.9\n",
                                                upstream())))
      << haproxy.log();
  const auto answer = spoof(haproxy.address());
  EXPECT_EQ(origin_of(answer), "127.0.0.1") << "a field of its own, beside the client's";
  EXPECT_TRUE(url_of(answer).starts_with("http://"));
  EXPECT_TRUE(svcd_.stop());
}

}  // namespace
}  // namespace svc::testing
