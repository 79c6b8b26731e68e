// fake_dns.h — a name server on a UDP port of 127.0.0.1 that answers what a test says.
//
// Knows A and AAAA, TTLs, "no such name" and silence. Runs in a thread; counts the questions.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/fd.h"

namespace svc::test {

struct DnsRecord {
  std::vector<std::string> addresses{};  // IPv4 and IPv6; empty: the name exists, without any.
  uint32_t ttl_s = 60;
  bool silent = false;  // No answer at all.
  bool fails = false;   // SERVFAIL
};

class FakeDns {
 public:
  FakeDns();
  ~FakeDns();
  FakeDns(const FakeDns&) = delete;
  FakeDns& operator=(const FakeDns&) = delete;

  void set(const std::string& name, DnsRecord record);  // Other names are NXDOMAIN.
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int asked() const noexcept { return asked_; }  // A and AAAA are two.

 private:
  void serve();
  std::string answer(std::string_view question);

  Fd socket_;
  uint16_t port_ = 0;
  std::mutex mutex_;
  std::map<std::string, DnsRecord> records_;
  std::atomic<int> asked_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace svc::test
