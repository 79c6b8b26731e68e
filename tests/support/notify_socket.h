// notify_socket.h — a test in systemd's place: hears sd_notify(3), keeps what it is given to keep.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace svc::testing {

class NotifySocket {
 public:
  NotifySocket();
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  std::string variable() const { return "NOTIFY_SOCKET=" + path_; }
  bool hear(std::string_view text);  // True once it has been said.
  void forget() { heard_.clear(); }
  const std::string& heard() const noexcept { return heard_; }
  pid_t main_pid();  // The last MAINPID; 0: none was told.

  // Descriptors by FDNAME, without those that were to be removed.
  const std::vector<std::pair<std::string, int>>& kept();
  // For a server that is to get them back: LISTEN_FDS and its like.
  ProcessOptions give_back();

 private:
  void listen();
  void take(std::string_view message, int descriptor);
  TempDir dir_;
  std::string path_;
  int socket_ = -1;
  std::string heard_;
  pid_t main_pid_ = 0;
  std::vector<std::pair<std::string, int>> kept_;
};

}  // namespace svc::testing
