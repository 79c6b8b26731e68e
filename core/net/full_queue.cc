#include "core/net/full_queue.h"

#include <linux/filter.h>
#include <netinet/in.h>

#include <cerrno>
#include <initializer_list>
#include <string_view>

#include "core/base/sys.h"

namespace svc {
namespace {

// Source ports of TCP over IP without options, as a program of a reuseport group finds them.
constexpr uint32_t kPortOffset4 = static_cast<uint32_t>(SKF_NET_OFF) + 20;
constexpr uint32_t kPortOffset6 = static_cast<uint32_t>(SKF_NET_OFF) + 40;

Result<> set_option(const Fd& fd, int level, int option, int value, std::string_view doing) {
  if (sys::setsockopt(fd.get(), level, option, &value, sizeof value) < 0)
    return Error::from_errno(doing);
  return {};
}

Result<Fd> tcp_socket(const Address& address) {
  Fd fd(sys::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Error::from_errno("socket");
  return fd;
}

// Bound like the others, so that it is of their group as soon as it listens.
Result<Fd> join(const Address& address) {
  SVC_TRY(Fd fd, tcp_socket(address));
  SVC_TRY_VOID(set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR"));
  SVC_TRY_VOID(set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT"));
  if (address.family() == AF_INET6)
    SVC_TRY_VOID(
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, address.is_any() ? 0 : 1, "IPV6_V6ONLY"));
  if (sys::bind(fd.get(), address.get(), address.length()) < 0) return Error::from_errno("bind");
  return fd;
}

// A client of ours whose port is known before it knocks.
Result<Fd> make_guest(const Address& address) {
  SVC_TRY(Fd fd, tcp_socket(address));
  sockaddr_storage any{};  // Port 0 of every address: the kernel picks both.
  any.ss_family = static_cast<sa_family_t>(address.family());
  if (sys::bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), address.length()) < 0)
    return Error::from_errno("bind");
  return fd;
}

Result<> steer(const Fd& member, std::initializer_list<sock_filter> program) {
  const sock_fprog filter{static_cast<unsigned short>(program.size()),
                          const_cast<sock_filter*>(program.begin())};
  if (sys::setsockopt(member.get(), SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &filter, sizeof filter) <
      0)
    return Error::from_errno("SO_ATTACH_REUSEPORT_CBPF");
  return {};
}

// The guest to the one behind all others, everybody else to any of the others.
Result<> let_guest_through(const Fd& member, const Address& guest, uint32_t others) {
  return steer(
      member,
      {BPF_STMT(BPF_LD | BPF_H | BPF_ABS, guest.family() == AF_INET6 ? kPortOffset6 : kPortOffset4),
       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, guest.port(), 0, 1), BPF_STMT(BPF_RET | BPF_K, others),
       BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_AD_OFF) + SKF_AD_RANDOM),
       BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, others), BPF_STMT(BPF_RET | BPF_A, 0)});
}

}  // namespace

// A program makes the group; without the option, bind(2) and listen(2) leave it alone. (Had the
// socket the option when it begins to listen, others of this user could bind beside it for good.)
void FullQueue::prepare(const Fd& socket) noexcept {
  if (set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT"))
    static_cast<void>(steer(socket, {BPF_STMT(BPF_RET | BPF_K, 0)}));
  static_cast<void>(set_option(socket, SOL_SOCKET, SO_REUSEPORT, 0, "SO_REUSEPORT"));
}

Result<FullQueue> FullQueue::shut(std::span<const Fd> sockets, const Address& address) {
  const auto others = static_cast<uint32_t>(sockets.size());
  // A socket that all workers share keeps others out of its group until now.
  for (const Fd& fd : sockets)
    SVC_TRY_VOID(set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT"));
  FullQueue full;
  SVC_TRY(full.queue_, join(address));
  SVC_TRY(full.guest_, make_guest(address));
  SVC_TRY(Address guest, Address::local(full.guest_.get()));
  // Before it listens, so that nobody else is ever sent to it. The kernel ignores an index that is
  // nobody's yet.
  SVC_TRY_VOID(let_guest_through(sockets.front(), guest, others));
  constexpr int kOneWaits = 0;  // listen(2): full with one.
  if (sys::listen(full.queue_.get(), kOneWaits) < 0) return Error::from_errno("listen");
  // Over the loopback device a handshake is through before connect(2) returns, or soon after.
  if (sys::connect(full.guest_.get(), address.get(), address.length()) < 0 && errno != EINPROGRESS)
    return Error::from_errno("connect");
  SVC_TRY_VOID(steer(full.queue_, {BPF_STMT(BPF_RET | BPF_K, others)}));
  return full;
}

}  // namespace svc
