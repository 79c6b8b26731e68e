#include "tests/support/front.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/http_client.h"

namespace svc::testing {
namespace {

constexpr int kListenerThere = 9;  // The descriptor's number in the proxy.

}  // namespace

Front::Front() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, plain, length) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, plain, &length) != 0)
    ::perror("an address for a proxy");
  address_ = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
}

Front::~Front() {
  process_ = Process();  // First: it accepts on the socket.
  ::close(listener_);
}

bool Front::start(std::vector<std::string> command, std::vector<std::string> environment) {
  if (::access(command.front().c_str(), X_OK) != 0) {
    dir_.write("log", command.front() + " is missing: packaging/dependencies test\n");
    return false;
  }
  ProcessOptions options;
  options.environment = std::move(environment);
  options.output = dir_.file("log");
  options.descriptors = {{listener_, kListenerThere}};
  process_ = Process::start(command, options);
  return eventually([&] {
           const auto answer =
               process_.running() ? fetch(address_, "/anything") : std::optional<Answer>();
           return !process_.running() || (answer && answer->status == 200);
         }) &&
         process_.running();
}

bool Front::start_nginx(std::string_view location, std::string_view extra) {
  const std::string at = dir_.path();
  std::string temporary;
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    temporary += fmt::format("  {}_temp_path {}/{};\n", kind, at, kind);
  dir_.write("nginx.conf", fmt::format(R"(daemon off;
worker_processes 1;
user root;
pid {0}/pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
  access_log off;
{1}{2}
  server {{
    listen {3};
    location / {{
      {4}
    }}
  }}
}}
)",
                                       at, temporary, extra, address_, location));
  return start({"/usr/sbin/nginx", "-p", at, "-c", dir_.file("nginx.conf")},
               {fmt::format("NGINX={};", kListenerThere)});
}

bool Front::start_haproxy(std::string_view mode, std::string_view proxy) {
  dir_.write("haproxy.cfg", fmt::format(R"(defaults
  mode {}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen front
  bind fd@{}
{}
)",
                                        mode, kListenerThere, proxy));
  return start({"/usr/sbin/haproxy", "-db", "-f", dir_.file("haproxy.cfg")});
}

std::string Front::log() const { return read_file(dir_.file("log")); }

}  // namespace svc::testing
