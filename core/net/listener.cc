#include "core/net/listener.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/base/sys.h"
#include "core/net/bind_error.h"

namespace svc {
namespace {

Result<> set_flag(int fd, int level, int option, int value, std::string_view doing) {
  if (sys::setsockopt(fd, level, option, &value, sizeof value) < 0) return Error::from_errno(doing);
  return {};
}

// A TCP socket bound to `address`, not yet listening: it takes no connection yet.
Result<Fd> bound_socket(const Address& address, bool reuseport) {
  const std::string doing = "listen on " + address.spoken();
  Fd fd(sys::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return bind_error(errno, address);
  // Connections of a former server in TIME_WAIT don't keep us from the address (socket(7)).
  SVC_TRY_VOID(set_flag(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1, doing + ": SO_REUSEADDR"));
  if (reuseport) {
    SVC_TRY_VOID(set_flag(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1,
                          doing + ": SO_REUSEPORT (set reuseport = \"off\")"));
  } else {
    FullQueue::prepare(fd);
  }
  if (address.family() == AF_INET6)
    SVC_TRY_VOID(set_flag(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, address.is_any() ? 0 : 1,
                          doing + ": IPV6_V6ONLY"));
  if (sys::bind(fd.get(), address.get(), address.length()) < 0) return bind_error(errno, address);
  return fd;
}

// Without SO_REUSEPORT the kernel tells whether anybody else listens there, our own kind included.
Result<> check_free(const Address& address) {
  if (address.port() == 0) return {};  // The kernel picks one that nobody has.
  SVC_TRY(const Fd probe, bound_socket(address, false));
  return {};
}

bool host_has_ipv6() {
  return Fd(sys::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)).valid() || errno != EAFNOSUPPORT;
}

// "*" on a host without IPv6.
Result<Address> as_this_host_has_it(const Address& address) {
  if (!address.is_any() || host_has_ipv6()) return address;
  SVC_TRY(Address v4, Address::parse("0.0.0.0:0"));
  v4.set_port(address.port());
  return v4;
}

// Drops what opens a connection (SYN without ACK) and lets everything else through: the handshakes
// that are half-way end well. tcp(7) segments reach a socket's filter with the TCP header first;
// byte 13 of it has the flags (RFC 9293, 3.1). Connections accepted from here on inherit the
// filter, which is harmless: a SYN has no business in them.
bool drop_syns(int fd) noexcept {
  constexpr unsigned kFlagsOffset = 13;
  std::array<sock_filter, 5> program = {{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlagsOffset),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, TH_SYN | TH_ACK),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TH_SYN, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
  }};
  const sock_fprog filter{program.size(), program.data()};
  return sys::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

// Its former owner may have been killed while it was stopping. ENOENT: it was not.
void let_syns_in(int fd) noexcept {
  const int unused = 0;
  sys::setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
}

// A number by chance below how many sockets are to be chosen from; then one is added for each that
// is passed over, in ascending order: the n-th of those that are left. The result is an index in
// the group. Half-open handshakes keep the socket that they began with, so nothing breaks when this
// changes between SYN and ACK.
std::vector<sock_filter> steering_program(size_t count, const std::vector<size_t>& away) {
  const auto left = static_cast<uint32_t>(count - away.size());
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_RANDOM)),
      BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, left),
  };
  for (const size_t index : away) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, static_cast<uint32_t>(index), 0, 1));
    program.push_back(BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 1));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_A, 0));
  return program;
}

Result<int> int_option(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  if (sys::getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0)
    return Error::from_errno("inherited descriptor " + std::to_string(fd));
  return value;
}

}  // namespace

Result<Listener> Listener::open(const Address& address, const ListenerOptions& options,
                                size_t workers) {
  Listener listener;
  listener.options_ = options;
  SVC_TRY(listener.bound_, as_this_host_has_it(address));
  listener.shared_ = address.is_unix() || !options.reuseport;
  if (address.is_unix()) {
    SVC_TRY_VOID(listener.open_unix());
    return listener;
  }
  if (!listener.shared_) SVC_TRY_VOID(check_free(listener.bound_));
  SVC_TRY_VOID(listener.add_tcp(1));  // Port 0 becomes a port, which the others join.
  SVC_TRY_VOID(listener.steer(1, {}));
  SVC_TRY_VOID(listener.grow(workers));
  SVC_TRY_VOID(listener.steer(listener.sockets(), {}));
  return listener;
}

Result<> Listener::open_unix() {
  Fd fd(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return bind_error(errno, bound_);
  if (bound_.path().empty()) {
    if (sys::bind(fd.get(), bound_.get(), bound_.length()) < 0) return bind_error(errno, bound_);
  } else {
    SVC_TRY(file_, SocketFile::bind(fd.get(), std::string(bound_.path()),
                                    {options_.mode, options_.owner, options_.group}));
  }
  if (sys::listen(fd.get(), options_.backlog) < 0) return bind_error(errno, bound_);
  sockets_.push_back(std::move(fd));
  return {};
}

// Binds all before any listens: a socket that listens gets connections, and could not be closed
// again without losing them if a later one can't be had.
Result<> Listener::add_tcp(size_t count) {
  std::vector<Fd> fresh;
  while (fresh.size() < count) {
    SVC_TRY(Fd fd, bound_socket(bound_, !shared_));
    fresh.push_back(std::move(fd));
  }
  for (Fd& fd : fresh) {
    if (sys::listen(fd.get(), options_.backlog) < 0) return bind_error(errno, bound_);
    if (bound_.port() == 0) {
      SVC_TRY(const Address picked, Address::local(fd.get()));
      bound_.set_port(picked.port());
    }
    sockets_.push_back(std::move(fd));
  }
  return {};
}

Result<> Listener::grow(size_t workers) {
  if (shared_ || workers <= sockets_.size()) return {};
  return add_tcp(workers - sockets_.size());
}

Result<Listener> Listener::inherit(Fd socket) {
  const int fd = socket.get();
  SVC_TRY(const int type, int_option(fd, SO_TYPE));
  SVC_TRY(const int listening, int_option(fd, SO_ACCEPTCONN));
  Listener listener;
  SVC_TRY(listener.bound_, Address::local(fd));
  const int family = listener.bound_.family();
  const bool known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
  if (type != SOCK_STREAM || listening == 0 || !known)
    return Error::invalid("inherited descriptor " + std::to_string(fd) +
                          " is no listening stream socket; check ListenStream= in the socket unit");
  const int status = sys::fcntl(fd, F_GETFL);
  if (status < 0 || sys::fcntl(fd, F_SETFL, status | O_NONBLOCK) < 0 ||
      sys::fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
    return Error::from_errno("inherited descriptor " + std::to_string(fd));
  listener.shared_ = true;
  listener.inherited_ = true;
  listener.sockets_.push_back(std::move(socket));
  return listener;
}

Result<Listener> Listener::adopt(const Address& address, const ListenerOptions& options,
                                 const Record& record, std::vector<Fd> sockets) {
  const auto bad = [&address](std::string_view why) {
    return Error::invalid("take over " + address.spoken() + ": " + std::string(why));
  };
  Listener listener;
  listener.options_ = options;
  listener.shared_ = record.shared;
  listener.inherited_ = record.inherited;
  SVC_TRY(listener.bound_, as_this_host_has_it(address));
  const bool any_port = !address.is_unix() && address.port() == 0;
  if (sockets.empty() || (record.shared && sockets.size() != 1)) return bad("no such sockets");
  for (const Fd& socket : sockets) {
    SVC_TRY(const Address local, Address::local(socket.get()));
    if (any_port && listener.bound_.port() == 0 && local.family() == listener.bound_.family())
      listener.bound_.set_port(local.port());
    if (!(local == listener.bound_)) return bad("a socket is bound to " + local.text());
    SVC_TRY(const int type, int_option(socket.get(), SO_TYPE));
    SVC_TRY(const int listening, int_option(socket.get(), SO_ACCEPTCONN));
    if (type != SOCK_STREAM || listening == 0) return bad("a socket doesn't listen");
    let_syns_in(socket.get());
    if (record.shared) continue;
    SVC_TRY(const int reuseport, int_option(socket.get(), SO_REUSEPORT));
    if (address.is_unix() || reuseport == 0) return bad("a socket can't share its address");
  }
  if (address.is_unix() && !address.path().empty() && !record.inherited) {
    SVC_TRY(listener.file_, SocketFile::adopt(std::string(address.path()), record.file));
  }
  listener.sockets_ = std::move(sockets);
  return listener;
}

Result<> Listener::steer(size_t count, const std::vector<size_t>& away) {
  if (shared_ || full_queue_.shuts()) return {};
  count = std::min(count, sockets_.size());
  std::vector<size_t> passed_over;
  for (const size_t index : away)
    if (index < count) passed_over.push_back(index);
  if (passed_over.size() >= count) passed_over.clear();
  std::vector<sock_filter> program = steering_program(count, passed_over);
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (sys::setsockopt(sockets_.front().get(), SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter,
                      sizeof filter) < 0)
    return Error::from_errno("steer connections of " + bound_.text());
  return {};
}

void Listener::stop_new_connections() noexcept {
  if (inherited_) return;
  file_.unlink();
  if (bound_.is_unix()) return;
  bool dropped = true;
  for (const Fd& fd : sockets_) dropped = drop_syns(fd.get()) && dropped;
  if (dropped || full_queue_.shuts()) return;
  // If that fails, too, a client of the last moment may be reset, as ever before.
  if (auto full = FullQueue::shut(sockets_, bound_)) full_queue_ = std::move(*full);
}

AcceptSocket Listener::socket_for(size_t index) const {
  SVC_CHECK(shared_ ? !sockets_.empty() : index < sockets_.size());
  return {sockets_[shared_ ? 0 : index].get(), shared_, bound_.is_unix(), bound_};
}

Result<> check_bindable(const Address& address) {
  SVC_CHECK(!address.is_unix());
  SVC_TRY(const Address here, as_this_host_has_it(address));
  SVC_TRY(const Fd probe, bound_socket(here, false));
  return {};
}

std::optional<int> backlog_cut_to(int backlog) {
  const Fd file(sys::open("/proc/sys/net/core/somaxconn", O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;  // No /proc: nothing is known.
  char text[32];
  const ssize_t size = sys::read(file.get(), text, sizeof text);
  int somaxconn = 0;
  if (size <= 0 || std::from_chars(text, text + size, somaxconn).ec != std::errc())
    return std::nullopt;
  return somaxconn < backlog ? std::optional(somaxconn) : std::nullopt;
}

}  // namespace svc
