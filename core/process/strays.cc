#include "core/process/strays.h"

#include <fmt/core.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>

#include "core/base/log.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr Duration kConnectAgain = 1s;
constexpr Duration kNextCall = 5ms;  // Who answers again and again doesn't get all of our time.
constexpr int kMessagesMax = 1024;   // From one stray: beyond, it isn't listened to any more.

// "SERVICE INDEX GENERATION PID"
std::optional<StrayFacts> read_introduction(const ChannelMessage& message) {
  if (message.kind != ChannelKind::orphan || message.descriptors.size() != 1) return std::nullopt;
  std::string_view text = message.text;
  const auto next = [&text]() {
    const size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    return word;
  };
  const auto number = [](std::string_view word, auto& into) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), into);
    return error == std::errc() && end == word.data() + word.size();
  };
  StrayFacts facts;
  facts.service = next();
  if (facts.service.empty() || facts.service.size() > 255 || !number(next(), facts.index) ||
      !number(next(), facts.generation) || !number(next(), facts.pid))
    return std::nullopt;
  facts.uid = message.sender.value_or(static_cast<uid_t>(-1));
  return facts;
}

}  // namespace

class Strays::Stray final : public Watcher {
 public:
  Stray(Strays& strays, StrayFacts facts, Channel channel)
      : facts_(std::move(facts)), strays_(strays), channel_(std::move(channel)) {}
  ~Stray() {
    if (watched_) strays_.loop_.unwatch(channel_.descriptor(), *this);
  }

  void watch() {
    if (watched_) return;
    watched_ = strays_.loop_.watch(channel_.descriptor(), EPOLLIN, *this).has_value();
  }
  void tell(ChannelKind kind, Duration left) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    const auto told = channel_.send(kind, static_cast<uint32_t>(std::clamp<int64_t>(
                                              ms, 0, std::numeric_limits<int32_t>::max())));
    if (!told) log::warn("{} worker {}: {}", facts_.service, facts_.index, told.error().text);
    told_ = true;
  }
  void tell_log_target(int descriptor) {
    static_cast<void>(channel_.send(ChannelKind::log_target, 0, {}, {&descriptor, 1}));
  }

  void tell_access_target(int descriptor) {
    static_cast<void>(channel_.send(ChannelKind::access_target, 0, {}, {&descriptor, 1}));
  }

  const StrayFacts& facts() const noexcept { return facts_; }
  bool told() const noexcept { return told_; }

 private:
  // Nothing that it says matters any more, but its end.
  void on_ready(uint32_t) override {
    constexpr int kMessagesPerTurn = 16;
    for (int i = 0; i < kMessagesPerTurn; ++i) {
      const auto message = channel_.receive();
      if (++messages_ > kMessagesMax) return strays_.forget(*this);
      if (!message && message.error().code == std::errc::protocol_error) continue;
      if (!message) return strays_.forget(*this);
      if (!*message) return;
    }
  }

  StrayFacts facts_;
  Strays& strays_;
  Channel channel_;
  int messages_ = 0;
  bool told_ = false;
  bool watched_ = false;
};

Strays::Strays(EventLoop& loop)
    : loop_(loop), pending_watch_(*this), again_([this] { connect_next(); }) {}

Strays::~Strays() {
  if (watched_ && pending_.descriptor() >= 0) loop_.unwatch(pending_.descriptor(), pending_watch_);
}

bool Strays::call(const std::string& path) {
  path_ = Fd(sys::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!path_) return false;
  connect_next();
  return pending_.descriptor() >= 0;
}

void Strays::connect_next() {
  pending_ = Channel();
  if (strays_.size() >= kStraysMax) return;
  Fd caller(sys::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", path_.get());
  const bool connected =
      caller && sys::setsockopt(caller.get(), SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0 &&
      sys::connect(caller.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (connected) {
    pending_ = Channel(std::move(caller));
    if (watched_) static_cast<void>(loop_.watch(pending_.descriptor(), EPOLLIN, pending_watch_));
  } else if (watched_) {
    again_.arm(loop_, loop_.now() + kConnectAgain);
  }
}

// True if there may be another answer.
bool Strays::read_answer(const OnEstate& on_estate) {
  auto message = pending_.receive();
  if (message && !*message) return false;
  if (watched_) loop_.unwatch(pending_.descriptor(), pending_watch_);
  auto facts = message ? read_introduction(**message) : std::nullopt;
  if (facts) {
    log::info("{} worker {} (pid {}), generation {}, serves on without its master", facts->service,
              facts->index, facts->pid, facts->generation);
    if (on_estate) {
      auto estate = open_estate(std::move((*message)->descriptors.front()));
      if (estate && estate->text.service == facts->service)
        on_estate(*facts, std::move(*estate));
      else
        log::warn("service {}: its worker {} brings nothing to take over: {}", facts->service,
                  facts->index, estate ? "it is another service's" : estate.error().text);
    }
    strays_.push_back(std::make_unique<Stray>(*this, std::move(*facts), std::move(pending_)));
    if (watched_) strays_.back()->watch();
  }
  pending_ = Channel();
  if (watched_)
    again_.arm(loop_, loop_.now() + kNextCall);
  else
    connect_next();
  return pending_.descriptor() >= 0;
}

void Strays::meet(const OnEstate& on_estate, const std::function<bool()>& enough) {
  const Instant until = loop_.refresh_now() + kAnswerTime;
  while (!enough()) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - loop_.refresh_now());
    pollfd wait{pending_.descriptor(), POLLIN, 0};
    if (left.count() <= 0 || wait.fd < 0) return;
    if (sys::poll(&wait, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) return;
    if (wait.revents != 0 && !read_answer(on_estate)) return;
  }
}

void Strays::watch() {
  if (!path_) return;
  watched_ = true;
  for (const auto& stray : strays_) stray->watch();
  if (pending_.descriptor() >= 0)
    static_cast<void>(loop_.watch(pending_.descriptor(), EPOLLIN, pending_watch_));
  else
    connect_next();
}

void Strays::on_answer() { static_cast<void>(read_answer({})); }

void Strays::tell(ChannelKind kind, Duration left,
                  const std::function<bool(const StrayFacts&)>& whom) {
  for (const auto& stray : strays_)
    if (!stray->told() && whom(stray->facts())) stray->tell(kind, left);
}

void Strays::drain_all(Duration left) {
  for (const auto& stray : strays_) stray->tell(ChannelKind::drain, left);
}

void Strays::tell_access_target(std::string_view service, int descriptor) {
  for (const auto& stray : strays_)
    if (stray->facts().service == service) stray->tell_access_target(descriptor);
}

void Strays::tell_log_target(int descriptor) {
  for (const auto& stray : strays_) stray->tell_log_target(descriptor);
}

size_t Strays::waiting() const noexcept {
  return static_cast<size_t>(std::count_if(strays_.begin(), strays_.end(),
                                           [](const auto& stray) { return !stray->told(); }));
}

// It is on the stack: it goes after this turn's events.
void Strays::forget(Stray& stray) {
  const auto at = std::find_if(strays_.begin(), strays_.end(),
                               [&](const auto& it) { return it.get() == &stray; });
  if (at == strays_.end()) return;
  log::info("{} worker {} (pid {}) of the former master has gone", stray.facts().service,
            stray.facts().index, stray.facts().pid);
  loop_.defer([kept = std::move(*at)] {});
  strays_.erase(at);
}

}  // namespace svc
