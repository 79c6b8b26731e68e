#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace svc::testing {
namespace {

int connect_unix(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  ::close(fd);
  return -1;
}

int connect_tcp(std::string_view host, uint16_t port) {
  const bool six = host.find(':') != std::string_view::npos;
  const std::string name(host);
  sockaddr_in6 address6{};
  sockaddr_in address4{};
  address6.sin6_family = AF_INET6;
  address6.sin6_port = htons(port);
  address4.sin_family = AF_INET;
  address4.sin_port = htons(port);
  ::inet_pton(AF_INET6, name.c_str(), &address6.sin6_addr);
  ::inet_pton(AF_INET, name.c_str(), &address4.sin_addr);
  const int fd = ::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* address = six ? reinterpret_cast<const sockaddr*>(&address6)
                            : reinterpret_cast<const sockaddr*>(&address4);
  const socklen_t length = six ? sizeof(address6) : sizeof(address4);
  if (::connect(fd, address, length) != 0) {
    ::close(fd);
    return -1;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

int connect_to(std::string_view address) {
  if (address.starts_with("unix:")) return connect_unix(address.substr(5));
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return -1;  // A server that doesn't tell its address yet.
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return connect_tcp(host,
                     static_cast<uint16_t>(std::stoi(std::string(address.substr(colon + 1)))));
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::pair<std::string, std::string> split_field(const std::string& line) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos) return {line, ""};
  const size_t value = line.find_first_not_of(" \t", colon + 1);
  return {line.substr(0, colon), value == std::string::npos ? "" : line.substr(value)};
}

}  // namespace

std::string Answer::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (same_name(field, name)) return value;
  return "";
}

HttpClient::HttpClient(std::string_view address) : fd_(connect_to(address)) {}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      ended_(other.ended_),
      reset_(other.reset_),
      interim_(other.interim_) {}

HttpClient& HttpClient::operator=(HttpClient&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    buffer_ = std::move(other.buffer_);
    ended_ = other.ended_;
    reset_ = other.reset_;
    interim_ = other.interim_;
  }
  return *this;
}

HttpClient::~HttpClient() { close(); }

int HttpClient::release() noexcept { return std::exchange(fd_, -1); }

void HttpClient::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void HttpClient::half_close() { ::shutdown(fd_, SHUT_WR); }

void HttpClient::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close();
}

bool HttpClient::fill(Clock::time_point until) {
  if (ended_ || fd_ < 0) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  pollfd poll{fd_, POLLIN, 0};
  if (left.count() <= 0 || ::poll(&poll, 1, static_cast<int>(left.count()) + 1) <= 0) return false;
  char bytes[65536];
  const ssize_t got = ::recv(fd_, bytes, sizeof(bytes), 0);
  if (got > 0) {
    buffer_.append(bytes, static_cast<size_t>(got));
    return true;
  }
  ended_ = true;
  reset_ = got < 0;
  return false;
}

std::optional<std::string> HttpClient::read_line(Clock::time_point until) {
  size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill(until)) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

bool HttpClient::read_exactly(std::string& into, size_t bytes, Clock::time_point until) {
  while (buffer_.size() < bytes)
    if (!fill(until)) break;
  const size_t taken = std::min(bytes, buffer_.size());
  into.append(buffer_, 0, taken);
  buffer_.erase(0, taken);
  return taken == bytes;
}

bool HttpClient::read_chunks(Answer& answer, Clock::time_point until) {
  for (;;) {
    const auto size_line = read_line(until);
    if (!size_line) return false;
    const size_t size = std::stoul(*size_line, nullptr, 16);
    if (size == 0) break;
    std::string ending;
    if (!read_exactly(answer.body, size, until) || !read_exactly(ending, 2, until)) return false;
  }
  for (;;) {
    const auto line = read_line(until);
    if (!line) return false;
    if (line->empty()) return true;
    answer.trailers.push_back(split_field(*line));
  }
}

std::optional<Answer> HttpClient::read_answer(bool head, std::chrono::milliseconds within) {
  const auto until = Clock::now() + within;
  Answer answer;
  for (;;) {
    const auto status = read_line(until);
    if (!status || status->size() < 12) return std::nullopt;
    answer = {};
    answer.version = status->substr(0, 8);
    answer.status = std::stoi(status->substr(9, 3));
    for (;;) {
      const auto line = read_line(until);
      if (!line) return answer;
      if (line->empty()) break;
      answer.headers.push_back(split_field(*line));
    }
    if (answer.status >= 200) break;
    ++interim_;
  }
  if (head || answer.status == 204 || answer.status == 304) {
    answer.complete = true;
  } else if (same_name(answer.header("Transfer-Encoding"), "chunked")) {
    answer.chunked = true;
    answer.complete = read_chunks(answer, until);
  } else if (const std::string length = answer.header("Content-Length"); !length.empty()) {
    answer.complete = read_exactly(answer.body, std::stoul(length), until);
  } else {
    while (fill(until)) {
    }
    answer.body = std::exchange(buffer_, {});
    answer.complete = ended_ && !reset_;
  }
  return answer;
}

bool HttpClient::closed_by_server(std::chrono::milliseconds within) {
  const auto until = Clock::now() + within;
  while (fill(until)) {
  }
  return ended_;
}

std::string HttpClient::read_raw(std::chrono::milliseconds within) {
  const auto until = Clock::now() + within;
  while (fill(until)) {
  }
  return std::exchange(buffer_, {});
}

std::optional<Answer> HttpClient::get(std::string_view target, std::string_view extra_headers) {
  return request("GET", target, extra_headers, {});
}

std::optional<Answer> HttpClient::request(std::string_view method, std::string_view target,
                                          std::string_view extra_headers, std::string_view body) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(extra_headers);
  if (!body.empty())
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  text.append("\r\n").append(body);
  if (!connected() || !send(text)) return std::nullopt;
  return read_answer(method == "HEAD");
}

std::optional<Answer> fetch(std::string_view address, std::string_view target) {
  return fetch(address, "GET", target, {}, {});
}

std::optional<Answer> fetch(std::string_view address, std::string_view method,
                            std::string_view target, std::string_view extra_headers,
                            std::string_view body) {
  HttpClient client(address);
  return client.request(method, target, std::string("Connection: close\r\n").append(extra_headers),
                        body);
}

}  // namespace svc::testing
