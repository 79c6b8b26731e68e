// front.h — a real nginx or HAProxy in front of a server of a test's own.
//
// The address is bound before the proxy starts and handed over to it, so that ports never race; its
// configuration and what it writes lie in a directory of its own; it ends with the object.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace svc::testing {

class Front {
 public:
  Front();
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  const std::string& address() const noexcept { return address_; }  // "127.0.0.1:PORT"

  // `location`: what stands inside of `location / { … }`. `extra`: in front of the server.
  // False: it is not installed (packaging/dependencies test) or didn't answer; log() says more.
  [[nodiscard]] bool start_nginx(std::string_view location, std::string_view extra = {});
  // `mode`: "http" or "tcp". `proxy`: what stands inside of a `listen` section.
  [[nodiscard]] bool start_haproxy(std::string_view mode, std::string_view proxy);
  std::string log() const;

 private:
  bool start(std::vector<std::string> command, std::vector<std::string> environment = {});

  TempDir dir_;
  int listener_ = -1;
  std::string address_;
  Process process_;
};

}  // namespace svc::testing
