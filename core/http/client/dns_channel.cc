#include "core/http/client/dns_channel.h"

#include <ares.h>
#include <fmt/format.h>
#include <sys/time.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <deque>
#include <utility>

#include "core/base/check.h"
#include "core/loop/timer.h"

namespace svc {
namespace {

using AnswerKind = DnsAnswer::Kind;

AnswerKind kind_of(int status) noexcept {
  switch (status) {
    case ARES_SUCCESS:
      return AnswerKind::addresses;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_ENONAME:
    case ARES_EBADNAME:
      return AnswerKind::no_such_name;
    default:
      return AnswerKind::unreachable;
  }
}

std::string why_of(int status) {
  if (status == ARES_ENODATA) return "the name has no address";
  if (kind_of(status) == AnswerKind::no_such_name) return "no such name";
  if (status == ARES_ETIMEOUT) return "no name server answered";
  if (status == ARES_ECONNREFUSED) return "no name server is listening";
  return std::string("the name servers answered: ") + ::ares_strerror(status);
}

Error ares_error(int status, std::string_view doing) {
  const auto code = status == ARES_ENOMEM ? std::errc::not_enough_memory : std::errc::io_error;
  return Error::of(code, fmt::format("{}: {}", doing, ::ares_strerror(status)));
}

// The library's own memory functions; it does no more than that here, and once is enough.
int initialise_library() {
  static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
  return status;
}

}  // namespace

struct DnsChannel::State {
  explicit State(EventLoop& on) : loop(on), timer([this] { process(ARES_SOCKET_BAD); }) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  // One question that is out. c-ares holds its address until it has called back.
  struct Question {
    State& state;
    OnAnswer then;
    bool asking = true;  // Still inside ares_getaddrinfo: an answer comes from a file.
    DnsAnswer answer;
  };

  void process(ares_socket_t readable, ares_socket_t writable = ARES_SOCKET_BAD);
  void rearm();
  void tell();
  void tell_later();
  static void on_socket(void* state, ares_socket_t fd, int readable, int writable);
  static void on_answer(void* question, int status, int timeouts, ares_addrinfo* result);
  static void read_nodes(const ares_addrinfo& result, size_t most, DnsAnswer& answer);

  // A socket of c-ares', watched under its own watcher so that an event says which one it is.
  struct Socket final : Watcher {
    Socket(State& of, ares_socket_t number) noexcept : state(of), fd(number) {}
    void on_ready(uint32_t events) override;
    State& state;
    ares_socket_t fd;
  };

  EventLoop& loop;
  ares_channel channel = nullptr;
  Timer timer;
  size_t addresses_max = 16;
  std::vector<std::unique_ptr<Socket>> sockets;
  std::vector<std::unique_ptr<Question>> questions;  // Out.
  std::deque<std::unique_ptr<Question>> told;        // Answered, and about to be told.
  bool telling = false;                              // The loop will call tell().
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

DnsChannel::State::~State() {
  *alive = false;
  // Calls back for every question that is out, and closes the sockets.
  if (channel != nullptr) ::ares_destroy(channel);
}

void DnsChannel::State::Socket::on_ready(uint32_t events) {
  const bool in = (events & (EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0;
  const bool out = (events & (EPOLLOUT | EPOLLERR)) != 0;
  // This object may be gone when it returns: c-ares closes what has failed.
  state.process(in ? fd : ARES_SOCKET_BAD, out ? fd : ARES_SOCKET_BAD);
}

void DnsChannel::State::process(ares_socket_t readable, ares_socket_t writable) {
  ::ares_process_fd(channel, readable, writable);
  rearm();
  tell();
}

void DnsChannel::State::rearm() {
  timeval space{};
  const timeval* const next = ::ares_timeout(channel, nullptr, &space);
  if (next == nullptr) {
    timer.disarm();
    return;
  }
  const auto wait = std::chrono::seconds(next->tv_sec) + std::chrono::microseconds(next->tv_usec);
  // A hair later: c-ares has its own idea of the time, and would be asked twice.
  timer.arm(loop, loop.clock().now() + wait + 1ms);
}

// Whoever is told may ask again, and may destroy this: the next one is taken only if it is alive.
void DnsChannel::State::tell() {
  const std::shared_ptr<bool> lives = alive;
  while (*lives && !told.empty()) {
    const std::unique_ptr<Question> question = std::move(told.front());
    told.pop_front();
    question->then(std::move(question->answer));
  }
}

void DnsChannel::State::tell_later() {
  if (std::exchange(telling, true)) return;
  loop.defer([this, lives = alive] {
    if (!*lives) return;
    telling = false;
    tell();
  });
}

void DnsChannel::State::on_socket(void* context, ares_socket_t fd, int readable, int writable) {
  State& self = *static_cast<State*>(context);
  const auto found = std::ranges::find(self.sockets, fd, [](const auto& each) { return each->fd; });
  const uint32_t events = (readable != 0 ? EPOLLIN : 0u) | (writable != 0 ? EPOLLOUT : 0u);
  if (events == 0) {  // About to be closed.
    if (found == self.sockets.end()) return;
    self.loop.unwatch(fd, **found);
    self.sockets.erase(found);
    return;
  }
  if (found != self.sockets.end()) {
    (void)self.loop.rewatch(fd, events, **found);
    return;
  }
  self.sockets.push_back(std::make_unique<Socket>(self, fd));
  // One that can't be watched is as good as one that gets no answer: the timer ends the question.
  (void)self.loop.watch(fd, events, *self.sockets.back());
}

void DnsChannel::State::read_nodes(const ares_addrinfo& result, size_t most, DnsAnswer& answer) {
  int ttl = INT_MAX;
  for (const ares_addrinfo_cname* name = result.cnames; name != nullptr; name = name->next) {
    ttl = std::min(ttl, name->ttl);
  }
  for (const ares_addrinfo_node* node = result.nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family != AF_INET && node->ai_family != AF_INET6) continue;
    ttl = std::min(ttl, node->ai_ttl);
    if (answer.addresses.size() == most) continue;
    sockaddr_storage storage{};
    std::memcpy(&storage, node->ai_addr, std::min<size_t>(node->ai_addrlen, sizeof storage));
    answer.addresses.push_back(Address::from_sockaddr(storage, node->ai_addrlen));
  }
  answer.ttl = std::chrono::seconds(answer.addresses.empty() ? 0 : std::max(ttl, 0));
}

void DnsChannel::State::on_answer(void* context, int status, int, ares_addrinfo* result) {
  Question& question = *static_cast<Question*>(context);
  State& self = question.state;
  if (status ==
      ARES_EDESTRUCTION) {  // From ~State: nobody is told, and the list is being destroyed.
    if (result != nullptr) ::ares_freeaddrinfo(result);
    return;
  }
  DnsAnswer& answer = question.answer;
  answer.kind = kind_of(status);
  answer.from_file = question.asking;
  if (result != nullptr) {
    if (status == ARES_SUCCESS) read_nodes(*result, self.addresses_max, answer);
    ::ares_freeaddrinfo(result);
  }
  if (answer.kind == AnswerKind::addresses && answer.addresses.empty()) {
    answer.kind = AnswerKind::no_such_name;
    status = ARES_ENODATA;
  }
  if (answer.kind != AnswerKind::addresses) answer.why = why_of(status);
  const auto own =
      std::ranges::find(self.questions, &question, [](const auto& each) { return each.get(); });
  SVC_CHECK(own != self.questions.end());
  self.told.push_back(std::move(*own));
  self.questions.erase(own);
  self.tell_later();
}

Result<std::unique_ptr<DnsChannel>> DnsChannel::open(EventLoop& loop,
                                                     const ResolverOptions& options) {
  if (const int status = initialise_library(); status != ARES_SUCCESS) {
    return ares_error(status, "ares_library_init");
  }
  auto state = std::make_unique<State>(loop);
  state->addresses_max = options.addresses_max;
  char lookups[] = "fb";  // /etc/hosts, then the servers.
  ares_options chosen{};
  chosen.timeout = static_cast<int>(options.attempt_timeout.count());
  chosen.tries = options.attempts;
  chosen.lookups = lookups;
  chosen.sock_state_cb = &State::on_socket;
  chosen.sock_state_cb_data = state.get();
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
  if (const int status = ::ares_init_options(&state->channel, &chosen, mask);
      status != ARES_SUCCESS) {
    state->channel = nullptr;
    return ares_error(status, "ares_init");
  }
  if (!options.servers.empty()) {
    const int status = ::ares_set_servers_ports_csv(state->channel, options.servers.c_str());
    if (status != ARES_SUCCESS) {
      return ares_error(status, fmt::format("name servers \"{}\"", options.servers));
    }
  }
  return std::unique_ptr<DnsChannel>(new DnsChannel(std::move(state)));
}

DnsChannel::DnsChannel(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
DnsChannel::~DnsChannel() = default;

void DnsChannel::ask(const std::string& host, OnAnswer then) {
  State& s = *state_;
  s.questions.push_back(
      std::make_unique<State::Question>(State::Question{s, std::move(then), true, {}}));
  State::Question* const question = s.questions.back().get();
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  ::ares_getaddrinfo(s.channel, host.c_str(), nullptr, &hints, &State::on_answer, question);
  // Answered within: it is among those to be told, and told later.
  question->asking = false;
  s.rearm();
}

}  // namespace svc
