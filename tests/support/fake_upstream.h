// fake_upstream.h — an HTTP server on loopback that answers, hangs, resets, trickles or lies, as a
// test says: what calls of services meet.
//
//   FakeUpstream prices([](FakeUpstream::Peer& peer, const FakeUpstream::Request& request) {
//     peer.answer(200, R"({"amount":1.5})");
//   });
//
// A RawUpstream (raw_upstream.h) that has read the request: the script runs for each one, and may
// be exchanged while the server runs. Bytes go out as they are given, so it can be wrong on
// purpose. Where a service answers as services do: svc::testing::Upstream
// (core/sdk/testing/upstream.h).
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/raw_upstream.h"

namespace svc::testing {

class FakeUpstream {
 public:
  struct Request {
    std::string method;
    std::string target;
    std::string head;                                // Request line and fields, as received.
    std::string body;                                // Decoded.
    std::string field(std::string_view name) const;  // "" if it is not there.
  };

  class Peer {
   public:
    void send(std::string_view bytes) { raw_.send(bytes); }
    // A whole JSON answer on a connection that stays open.
    void answer(int status, std::string_view body = "{}", std::string_view fields = "");
    void close();  // Orderly.
    void reset();  // RST.
    void hang() { raw_.await_end(); }
    // False: the client went, or the server stops.
    bool wait(std::chrono::milliseconds time) { return raw_.stays_for(time); }

   private:
    friend class FakeUpstream;
    explicit Peer(test::RawPeer& raw) : raw_(raw) {}
    test::RawPeer& raw_;
    bool over_ = false;  // No further request is read.
  };
  using Script = std::function<void(Peer&, const Request&)>;

  explicit FakeUpstream(Script script);

  int port() const noexcept { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void play(Script script);            // From the next request on.
  void go_down() { server_.reset(); }  // Connections are refused; those that there are end.
  void come_back();                    // On the same port.

  uint64_t requests() const noexcept { return requests_; }
  std::vector<std::string> targets() const;  // "GET /x", in the order in which they came.

 private:
  void serve(test::RawPeer& raw);
  static bool read_request(test::RawPeer& raw, Request& request);

  mutable std::mutex mutex_;
  Script script_;
  std::vector<std::string> targets_;
  std::atomic<uint64_t> requests_{0};
  uint16_t port_ = 0;
  std::unique_ptr<test::RawUpstream> server_;  // Last: its threads use all of the above.
};

}  // namespace svc::testing
