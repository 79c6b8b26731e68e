#include "tests/support/fake_upstream.h"

#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace svc::testing {
namespace {

constexpr size_t kTargetsMax = 1000;

// Chunks up to and with the last one, which is followed by no trailers.
bool read_chunks(test::RawPeer& raw, std::string& body) {
  for (;;) {
    const std::string line = raw.read_until("\r\n");
    if (line.empty()) return false;
    const size_t size = std::strtoul(line.c_str(), nullptr, 16);
    const std::string chunk = raw.read_bytes(size + 2);
    if (chunk.size() != size + 2) return false;
    if (size == 0) return true;
    body.append(chunk, 0, size);
  }
}

}  // namespace

std::string FakeUpstream::Request::field(std::string_view name) const {
  for (size_t at = head.find("\r\n"); at != head.npos && at + 2 < head.size();) {
    const size_t begin = at + 2;
    at = head.find("\r\n", begin);
    const std::string line = head.substr(begin, at - begin);
    const size_t colon = line.find(':');
    if (colon != name.size() || ::strncasecmp(line.c_str(), name.data(), colon) != 0) continue;
    return line.substr(std::min(line.find_first_not_of(' ', colon + 1), line.size()));
  }
  return "";
}

void FakeUpstream::Peer::answer(int status, std::string_view body, std::string_view fields) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\n";
  text += "Content-Type: application/json\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text.append(fields).append("\r\n").append(body);
  send(text);
}

void FakeUpstream::Peer::close() {
  raw_.shut();
  over_ = true;
}

void FakeUpstream::Peer::reset() {
  raw_.reset();
  over_ = true;
}

FakeUpstream::FakeUpstream(Script script) : script_(std::move(script)) { come_back(); }

void FakeUpstream::come_back() {
  server_ =
      std::make_unique<test::RawUpstream>([this](test::RawPeer& raw) { serve(raw); }, false, port_);
  port_ = server_->port();
}

void FakeUpstream::play(Script script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

std::vector<std::string> FakeUpstream::targets() const {
  const std::lock_guard lock(mutex_);
  return targets_;
}

void FakeUpstream::serve(test::RawPeer& raw) {
  Request request;
  Peer peer(raw);
  while (!peer.over_ && read_request(raw, request)) {
    ++requests_;
    Script script;
    {
      const std::lock_guard lock(mutex_);
      script = script_;
      if (targets_.size() < kTargetsMax) targets_.push_back(request.method + " " + request.target);
    }
    script(peer, request);
  }
}

bool FakeUpstream::read_request(test::RawPeer& raw, Request& request) {
  request.head = raw.read_head();
  if (request.head.empty()) return false;
  request.head.resize(request.head.size() - 2);
  const size_t blank = request.head.find(' ');
  request.method = request.head.substr(0, blank);
  request.target = request.head.substr(blank + 1, request.head.find(' ', blank + 1) - blank - 1);
  request.body.clear();
  if (request.field("Transfer-Encoding") == "chunked") return read_chunks(raw, request.body);
  const size_t length = std::strtoul(request.field("Content-Length").c_str(), nullptr, 10);
  request.body = raw.read_bytes(length);
  return request.body.size() == length;
}

}  // namespace svc::testing
