// floor.cc — the floor under svcd: the smallest honest prefork server of HTTP/1.1, which only does
// what nobody can leave out: epoll, one read, llhttp, a copied answer, one write.
//
// Why: "how fast is svcd" has an answer only beside what the kernel and the parser cost. So there
// are no timeouts, limits, routes with parameters, metrics or logs here; nothing of svcd is used.
// The processes share the port by SO_REUSEPORT, as svcd's do.
//
// usage: bench_floor PORT WORKERS    (127.0.0.1; ends with SIGTERM, its workers with it)
#include <llhttp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

namespace {

constexpr size_t kInputMax = 64 * 1024;
constexpr int kEventsMax = 256;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}
int must(int result, const char* what) {
  if (result < 0) fail(what);
  return result;
}

// "Date: …\r\n" of this second.
std::string_view date_field() {
  static time_t made_at = 0;
  static char field[48];
  const time_t now = ::time(nullptr);
  if (now != made_at) {
    made_at = now;
    tm utc{};
    ::gmtime_r(&now, &utc);
    std::strftime(field, sizeof field, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
  }
  return field;
}

struct Peer {
  int fd = -1;
  bool wants_write = false;
  bool closes = false;  // When all is sent.
  llhttp_t parser{};
  std::string target;
  std::string body;
  std::string output;
  size_t sent = 0;
};

void append_answer(Peer& peer, std::string_view type, std::string_view content) {
  char length[48];
  const int size = std::snprintf(length, sizeof length, "Content-Length: %zu\r\n", content.size());
  peer.output.append("HTTP/1.1 200 OK\r\n")
      .append(date_field())
      .append(length, static_cast<size_t>(size))
      .append(type)
      .append(peer.closes ? "Connection: close\r\n\r\n" : "\r\n")
      .append(content);
}

int on_message_complete(llhttp_t* parser) {
  Peer& peer = *static_cast<Peer*>(parser->data);
  peer.closes = llhttp_should_keep_alive(parser) == 0;
  constexpr std::string_view kJson = "Content-Type: application/json\r\n";
  constexpr std::string_view kText = "Content-Type: text/plain; charset=utf-8\r\n";
  if (peer.target == "/json") {
    append_answer(peer, kJson, R"({"message":"Hello, World!"})");
  } else if (peer.target == "/orders") {
    append_answer(peer, kJson, R"({"id":918273645,"pieces":15,"total":330.9})");
  } else if (peer.target == "/echo") {
    append_answer(peer, kText, peer.body);
  } else {
    append_answer(peer, kText, "Hello, World!");
  }
  peer.target.clear();
  peer.body.clear();
  return 0;
}

const llhttp_settings_t& settings() {
  static const llhttp_settings_t all = [] {
    llhttp_settings_t made;
    llhttp_settings_init(&made);
    made.on_url = [](llhttp_t* parser, const char* at, size_t size) {
      static_cast<Peer*>(parser->data)->target.append(at, size);
      return 0;
    };
    made.on_body = [](llhttp_t* parser, const char* at, size_t size) {
      static_cast<Peer*>(parser->data)->body.append(at, size);
      return 0;
    };
    made.on_message_complete = on_message_complete;
    return made;
  }();
  return all;
}

class Worker {
 public:
  Worker(int listener) : epoll_(must(::epoll_create1(0), "epoll_create1")), listener_(listener) {
    watch(EPOLL_CTL_ADD, listener_, EPOLLIN, nullptr);
  }

  [[noreturn]] void run() {
    epoll_event events[kEventsMax];
    for (;;) {
      const int count = ::epoll_wait(epoll_, events, kEventsMax, -1);
      for (int i = 0; i < count; ++i) {
        if (events[i].data.ptr == nullptr) {
          accept_one();
        } else {
          serve(*static_cast<Peer*>(events[i].data.ptr), events[i].events);
        }
      }
    }
  }

 private:
  void watch(int operation, int fd, uint32_t wanted, Peer* peer) {
    epoll_event event{.events = wanted, .data = {.ptr = peer}};
    must(::epoll_ctl(epoll_, operation, fd, &event), "epoll_ctl");
  }
  void accept_one() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto peer = std::make_unique<Peer>();
    peer->fd = fd;
    llhttp_init(&peer->parser, HTTP_REQUEST, &settings());
    peer->parser.data = peer.get();
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, peer.release());
  }
  void drop(Peer& peer) {
    ::close(peer.fd);
    delete &peer;
  }
  void serve(Peer& peer, uint32_t ready) {
    if ((ready & EPOLLIN) != 0 && !read(peer)) return drop(peer);
    if (!write(peer)) drop(peer);
  }
  bool read(Peer& peer) {
    const ssize_t size = ::recv(peer.fd, input_, sizeof input_, 0);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return false;
    return size < 0 || llhttp_execute(&peer.parser, input_, static_cast<size_t>(size)) == HPE_OK;
  }
  bool write(Peer& peer) {
    if (peer.output.empty()) return true;
    const ssize_t size = ::send(peer.fd, peer.output.data() + peer.sent,
                                peer.output.size() - peer.sent, MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN) return false;
    if (size > 0) peer.sent += static_cast<size_t>(size);
    const bool rest = peer.sent < peer.output.size();
    if (!rest) {
      peer.output.clear();
      peer.sent = 0;
      if (peer.closes) return false;
    }
    if (rest != peer.wants_write) {
      peer.wants_write = rest;
      watch(EPOLL_CTL_MOD, peer.fd, rest ? EPOLLOUT : EPOLLIN, &peer);
    }
    return true;
  }

  const int epoll_;
  const int listener_;
  char input_[kInputMax];
};

int listen_at(uint16_t port) {
  const int fd = must(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  const int on = 1;
  must(::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  must(::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), "SO_REUSEPORT");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  must(::listen(fd, 4096), "listen");
  return fd;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_floor PORT WORKERS\n");
    return 2;
  }
  const auto port = static_cast<uint16_t>(std::atoi(argv[1]));
  const int workers = std::atoi(argv[2]);
  const pid_t parent = ::getpid();
  for (int i = 0; i < workers; ++i) {
    if (must(::fork(), "fork") != 0) continue;
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) return 1;
    std::make_unique<Worker>(listen_at(port))->run();
  }
  // SIGTERM ends this process, and by it the workers.
  while (::wait(nullptr) > 0 || errno == EINTR) continue;
  return 1;
}
