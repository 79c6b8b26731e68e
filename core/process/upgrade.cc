#include "core/process/upgrade.h"

#include <fmt/core.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/base/packet.h"
#include "core/base/sys.h"
#include "core/base/units.h"
#include "core/process/death.h"
#include "core/process/descriptors.h"
#include "core/process/spawn.h"

namespace svc {
namespace {

constexpr int kCannotExec = 127;  // As shells report it.
constexpr std::string_view kLineClosed = "it has closed its line to us";

Duration longest_boot(const Config& config) {
  Duration longest{};
  for (const auto& [name, service] : config.services)
    longest = std::max<Duration>(longest, service.boot_timeout);
  return longest;
}

std::string ending_of(int status, std::string_view when) {
  if (WIFSIGNALED(status))
    return fmt::format("it died {}: {}", when, signal_name(WTERMSIG(status)));
  return fmt::format("it ended {}, with exit status {}", when, WEXITSTATUS(status));
}

// In the child: nothing but what is meant for the successor goes along.
Result<> become_successor(const std::vector<std::string>& command,
                          const InheritanceNumbers& numbers) {
  std::vector<int> keep = numbers.stores;
  for (const int fd : {numbers.line, numbers.pid_file, numbers.init})
    if (fd >= 0) keep.push_back(fd);
  std::vector<int> all = keep;
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) all.push_back(standard);
  SVC_TRY_VOID(close_all_but(std::move(all)));
  for (const int fd : keep)
    if (sys::fcntl(fd, F_SETFD, 0) < 0) return Error::from_errno("inherit descriptors");
  SVC_TRY_VOID(reset_signals());
  ::setenv(kSuccessionVariable, numbers.write().c_str(), 1);
  // The watchdog is fed by whoever is the main process.
  if (::getenv("WATCHDOG_PID") != nullptr)
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  std::vector<char*> arguments;
  for (size_t i = 1; i < command.size(); ++i)
    arguments.push_back(const_cast<char*>(command[i].c_str()));
  arguments.push_back(nullptr);
  sys::execve(command[0].c_str(), arguments.data(), environ);
  return Error::from_errno("run " + command[0]);
}

}  // namespace

Upgrade::Upgrade(Parts parts)
    : parts_(std::move(parts)), deadline_([this] {
        give_up(phase_ == Phase::handing_over
                    ? "it was ready, but didn't take over"
                    : fmt::format("it was not ready within {}",
                                  format_duration(longest_boot(parts_.master.config) + kMargin)));
      }) {}

Upgrade::~Upgrade() {
  if (line_.descriptor() >= 0) parts_.master.loop->unwatch(line_.descriptor(), *this);
  if (pid_ <= 0 || phase_ == Phase::done) return;
  parts_.master.children.forget(pid_);
  sys::kill(pid_, SIGKILL);
  sys::waitpid(pid_, nullptr, 0);
}

void Upgrade::ask(std::shared_ptr<ControlCall> call) {
  if (parts_.command.empty()) {
    log::warn("it isn't known how this program was started: no upgrade");
    if (call) call->done(1, "it isn't known how the running server was started; restart it");
    return;
  }
  if (phase_ != Phase::none) {
    log::warn("an upgrade is under way already");
    if (call) call->done(1, "an upgrade is under way already");
    return;
  }
  call_ = std::move(call);
  phase_ = Phase::waiting;
  look();
  if (phase_ == Phase::waiting && call_)
    call_->progress("waiting until workers of a former generation or master have drained");
}

void Upgrade::look() {
  if (phase_ == Phase::waiting && parts_.may_start()) start();
}

void Upgrade::start() {
  log::info("upgrading: starting {}", parts_.command.at(0));
  phase_ = Phase::booting;
  why_.clear();
  parts_.master.upgrading = true;
  parts_.legacy.look();  // What the successor reads is complete, and stays as it is.
  parts_.legacy.pause(true);
  parts_.master.slots.freeze();
  auto ends = Channel::create_pair();
  if (!ends) return abandon(ends.error().text);
  line_ = std::move(ends->first);
  auto watching = parts_.master.loop->watch(line_.descriptor(), EPOLLIN, *this);
  auto pid = watching ? spawn(std::move(ends->second)) : Result<pid_t>(watching.error());
  if (!pid) return abandon(pid.error().text);
  pid_ = *pid;
  parts_.master.children.add(pid_, [this](int status) { on_exit(status); });
  if (call_) call_->progress(fmt::format("the successor is booting, pid {}", pid_));
  deadline_.arm(*parts_.master.loop,
                parts_.master.loop->refresh_now() + longest_boot(parts_.master.config) + kMargin);
}

Result<pid_t> Upgrade::spawn(Channel theirs) {
  InheritanceNumbers numbers;
  numbers.line = theirs.descriptor();
  numbers.pid_file = parts_.pid_file();
  numbers.init = parts_.init;
  for (const auto& [name, service] : parts_.master.services)
    if (service.store) numbers.stores.push_back(service.store.reader());
  check_single_thread();
  const pid_t pid = sys::fork();
  if (pid < 0) return Error::from_errno("fork");
  if (pid > 0) return pid;
  const auto failed = become_successor(parts_.command, numbers);
  static_cast<void>(theirs.send(ChannelKind::successor_failed, 0,
                                failed.error().text.substr(0, kChannelTextMax)));
  ::_exit(kCannotExec);
}

void Upgrade::on_ready(uint32_t) {
  constexpr int kMessagesPerTurn = 64;
  for (int i = 0; i < kMessagesPerTurn && line_.descriptor() >= 0; ++i) {
    const auto message = line_.receive();
    if (!message && message.error().code == std::errc::protocol_error) continue;
    if (message && !*message) return;
    if (message) {
      on_message(**message);
      continue;
    }
    parts_.master.loop->unwatch(line_.descriptor(), *this);
    line_ = Channel();
    if (phase_ != Phase::done) give_up(std::string(kLineClosed));
  }
}

void Upgrade::on_message(const ChannelMessage& message) {
  switch (message.kind) {
    case ChannelKind::successor_progress:
      if (call_) call_->progress(message.text);
      return;
    case ChannelKind::successor_failed:
      return give_up(message.text);
    case ChannelKind::successor_ready:
      // One that has died meanwhile can't follow, whatever it has said.
      if (phase_ != Phase::booting || !why_.empty() || pid_ == 0) return;
      phase_ = Phase::handing_over;
      deadline_.arm(*parts_.master.loop, parts_.master.loop->now() + kHandTime);
      parts_.on_ready(pid_);
      if (!line_.send(ChannelKind::go)) give_up(std::string(kLineClosed));
      return;
    case ChannelKind::successor_done: {
      // The same: it would be nobody who serves, and whom later signals are meant for.
      if (phase_ != Phase::handing_over || !why_.empty() || pid_ == 0) return;
      phase_ = Phase::done;
      deadline_.disarm();
      parts_.on_successor(pid_);
      const std::string line = fmt::format("upgraded: pid {} serves", pid_);
      log::info("{}", line);
      return finish(0, line);
    }
    default:
      return;
  }
}

void Upgrade::give_up(const std::string& why) {
  if (!why_.empty()) return;
  why_ = why;
  if (pid_ > 0) sys::kill(pid_, SIGKILL);
}

void Upgrade::on_exit(int status) {
  pid_ = 0;     // Nobody may be killed under this number any more.
  on_ready(0);  // What it still said.
  if (phase_ == Phase::done)
    return log::error("the successor has died: {}", ending_of(status, "while we were draining"));
  if (!why_.empty() && why_ != kLineClosed) return abandon(why_);
  abandon(ending_of(status,
                    phase_ == Phase::handing_over ? "before it took over" : "before it was ready"));
}

void Upgrade::abandon(const std::string& why) {
  const bool handing_over = phase_ == Phase::handing_over;
  log::error("the upgrade is abandoned, all stays as it was: {}", why);
  deadline_.disarm();
  if (line_.descriptor() >= 0) parts_.master.loop->unwatch(line_.descriptor(), *this);
  line_ = Channel();
  phase_ = Phase::none;
  parts_.master.upgrading = false;
  parts_.master.slots.thaw();
  parts_.legacy.pause(false);
  if (handing_over) parts_.on_recover();
  finish(1, why);
}

void Upgrade::cancel(const std::string& why) {
  if (phase_ == Phase::waiting) {
    phase_ = Phase::none;
    finish(1, why);
  } else if (phase_ == Phase::booting) {  // Afterwards its workers serve: it is told, not killed.
    give_up(why);
  }
}

// The first line is the answer, the others are told before it.
void Upgrade::finish(int status, const std::string& text) {
  const auto call = std::exchange(call_, nullptr);
  if (!call) return;
  size_t end = text.find('\n');
  const std::string first = text.substr(0, end);
  while (end != text.npos) {
    const size_t next = text.find('\n', end + 1);
    call->progress(text.substr(end + 1, next - end - 1));
    end = next;
  }
  call->done(status, first);
}

}  // namespace svc
