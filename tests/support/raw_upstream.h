// raw_upstream.h — an upstream that does to a client what a test says, byte by byte.
//
// Each connection is served by a thread of its own, which runs the script with blocking calls, so
// that a script reads like the conversation that it is. Everything ends within kPatience, and at
// destruction at the latest. What reads requests for its script: fake_upstream.h.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace svc::test {

class RawPeer {
 public:
  RawPeer(int fd, int number) noexcept : fd_(fd), number_(number) {}

  int number() const noexcept { return number_; }  // Of the connection, from 0.
  // Up to and with that mark; "" if the client ended first.
  std::string read_until(std::string_view mark);
  std::string read_head() { return read_until("\r\n\r\n"); }
  std::string read_bytes(size_t count);  // Fewer if the client ended first.
  std::string read_to_end();
  bool send(std::string_view bytes);  // False: the client is gone.
  void shut_output();                 // "I have said all."
  void shut();                        // And listens no more.
  void reset();                       // The client sees ECONNRESET once the script has ended.
  void await_end();                   // Until the client has closed.
  // False: the client has gone before that time, or the upstream ends.
  bool stays_for(std::chrono::milliseconds time) const;

 private:
  bool more();

  int fd_;
  int number_;
  std::string inbox_;
};

class RawUpstream {
 public:
  using Script = std::function<void(RawPeer&)>;
  // On a free port of 127.0.0.1, or on that one. one_by_one: connections are served one after
  // another, by one thread: for thousands of them.
  explicit RawUpstream(Script script, bool one_by_one = false, uint16_t port = 0);
  RawUpstream(Script script, const std::string& unix_path);
  ~RawUpstream();
  RawUpstream(const RawUpstream&) = delete;
  RawUpstream& operator=(const RawUpstream&) = delete;

  uint16_t port() const noexcept { return port_; }
  std::string url() const;
  int accepted() const noexcept { return accepted_; }
  int ended() const noexcept { return ended_; }  // Connections whose script has ended.

 private:
  void start();
  void accept_all();
  void serve(int fd, int number);

  Script script_;
  bool one_by_one_ = false;
  std::string unix_path_;
  uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<int> accepted_{0};
  std::atomic<int> ended_{0};
  std::mutex mutex_;
  std::vector<int> open_;  // Connections that are being served.
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
};

// An answer with its length, as most scripts send it.
std::string plain_answer(std::string_view body, std::string_view fields = "");

}  // namespace svc::test
