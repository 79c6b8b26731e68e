#include "tests/support/fake_dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>

namespace svc::test {
namespace {

constexpr uint16_t kA = 1;
constexpr uint16_t kAaaa = 28;

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}

unsigned get16(std::string_view bytes, size_t at) {
  return static_cast<unsigned>(static_cast<uint8_t>(bytes[at]) << 8 |
                               static_cast<uint8_t>(bytes[at + 1]));
}

// "www.example" of the question, and where it ends.
std::string read_name(std::string_view bytes, size_t& at) {
  std::string name;
  while (at < bytes.size() && bytes[at] != 0) {
    const auto size = static_cast<uint8_t>(bytes[at]);
    if (!name.empty()) name += '.';
    name += bytes.substr(at + 1, size);
    at += size + 1u;
  }
  ++at;
  return name;
}

// The address' bytes if it is of that type, else "".
std::string data_of(const std::string& address, unsigned type) {
  char bytes[16];
  const int family = type == kAaaa ? AF_INET6 : AF_INET;
  if (::inet_pton(family, address.c_str(), bytes) != 1) return "";
  return {bytes, type == kAaaa ? 16u : 4u};
}

}  // namespace

FakeDns::FakeDns() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_.get(), raw, size) != 0 || ::getsockname(socket_.get(), raw, &size) != 0) {
    throw std::runtime_error("no UDP port");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FakeDns::~FakeDns() {
  stopping_ = true;
  thread_.join();
}

void FakeDns::set(const std::string& name, DnsRecord record) {
  const std::scoped_lock lock(mutex_);
  records_[name] = std::move(record);
}

void FakeDns::serve() {
  while (!stopping_) {
    pollfd wanted{socket_.get(), POLLIN, 0};
    if (::poll(&wanted, 1, 20) <= 0) continue;
    char space[1500];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t got = ::recvfrom(socket_.get(), space, sizeof space, 0,
                                   reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 17) continue;
    ++asked_;
    const std::string reply = answer({space, static_cast<size_t>(got)});
    if (reply.empty()) continue;
    ::sendto(socket_.get(), reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from),
             size);
  }
}

std::string FakeDns::answer(std::string_view question) {
  size_t end = 12;
  const std::string name = read_name(question, end);
  const unsigned type = get16(question, end);
  end += 4;
  const std::scoped_lock lock(mutex_);
  const auto found = records_.find(name);
  const bool known = found != records_.end();
  if (known && found->second.silent) return "";
  std::string records;
  unsigned count = 0;
  for (const std::string& each : known ? found->second.addresses : std::vector<std::string>()) {
    const std::string data = data_of(each, type);
    if (data.empty()) continue;
    ++count;
    put16(records, 0xc00c);  // The name is the question's.
    put16(records, type);
    put16(records, 1);
    put16(records, found->second.ttl_s >> 16);
    put16(records, found->second.ttl_s & 0xffff);
    put16(records, static_cast<unsigned>(data.size()));
    records += data;
  }
  std::string out(question.substr(0, 2));
  const unsigned code = !known ? 3 : (found->second.fails ? 2 : 0);
  put16(out, 0x8180 | code);
  put16(out, 1);
  put16(out, count);
  put16(out, 0);
  put16(out, 0);
  out += question.substr(12, end - 12);
  return out + records;
}

}  // namespace svc::test
