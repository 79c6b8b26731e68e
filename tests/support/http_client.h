// http_client.h — a client that sends just the bytes a test wants, and reads whole answers.
//
// Why own: a test of a server must be able to be wrong on purpose: split anywhere, half-close, stop
// reading, reset. Blocking, with a deadline on every wait.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/eventually.h"

namespace svc::testing {

struct Answer {
  int status = 0;
  std::string version;  // "HTTP/1.1"
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> trailers;
  std::string body;  // Decoded.
  bool chunked = false;
  bool complete = false;                            // The body ended as its framing says.
  std::string header(std::string_view name) const;  // "" when absent.
};

class HttpClient {
 public:
  HttpClient() = default;
  // "127.0.0.1:80", "[::1]:80", "unix:/path". Not connected (connected() is false) on failure.
  explicit HttpClient(std::string_view address);
  HttpClient(HttpClient&& other) noexcept;
  HttpClient& operator=(HttpClient&& other) noexcept;
  ~HttpClient();

  bool connected() const noexcept { return fd_ >= 0; }
  int fd() const noexcept { return fd_; }
  int release() noexcept;
  bool send(std::string_view bytes);  // All of them; false when the server is gone.
  void half_close();                  // shutdown(SHUT_WR)
  void reset();                       // SO_LINGER 0: the peer sees RST.
  void close();

  // The next final answer; 1xx ones are skipped and counted. `head`: it answers HEAD. nullopt:
  // closed, reset or the deadline came before a status line was complete.
  std::optional<Answer> read_answer(bool head = false,
                                    std::chrono::milliseconds within = kDeadline);
  // True when the server closes (FIN or RST) within the time; what it sends before is dropped.
  bool closed_by_server(std::chrono::milliseconds within = kDeadline);
  std::string read_raw(std::chrono::milliseconds within);  // All until close or deadline.
  int interim() const noexcept { return interim_; }        // 1xx answers seen.
  bool was_reset() const noexcept { return reset_; }

  // One request, one answer, on this connection.
  std::optional<Answer> get(std::string_view target, std::string_view extra_headers = {});
  std::optional<Answer> request(std::string_view method, std::string_view target,
                                std::string_view extra_headers, std::string_view body);

 private:
  bool fill(Clock::time_point until);  // More bytes into buffer_; false at end or deadline.
  std::optional<std::string> read_line(Clock::time_point until);
  bool read_exactly(std::string& into, size_t bytes, Clock::time_point until);
  bool read_chunks(Answer& answer, Clock::time_point until);

  int fd_ = -1;
  std::string buffer_;
  bool ended_ = false;
  bool reset_ = false;
  int interim_ = 0;
};

// A request on a connection of its own (Connection: close).
std::optional<Answer> fetch(std::string_view address, std::string_view target);
std::optional<Answer> fetch(std::string_view address, std::string_view method,
                            std::string_view target, std::string_view extra_headers,
                            std::string_view body);

}  // namespace svc::testing
