#include "core/process/signals.h"

#include <sys/signalfd.h>

#include <array>

#include "core/base/sys.h"

namespace svc {

Result<std::unique_ptr<SignalSource>> SignalSource::open(EventLoop& loop,
                                                         std::span<const int> signals,
                                                         OnSignal on_signal) {
  auto source = std::make_unique<SignalSource>(loop, std::move(on_signal));
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  if (sys::sigprocmask(SIG_BLOCK, &set, &source->former_) < 0)
    return Error::from_errno("sigprocmask");
  source->blocked_ = true;
  for (const int signal : signals) SVC_TRY_VOID(source->dispose(signal, SIG_DFL));
  SVC_TRY_VOID(source->dispose(SIGPIPE, SIG_IGN));
  source->fd_ = Fd(sys::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!source->fd_) return Error::from_errno("signalfd");
  SVC_TRY_VOID(loop.watch(source->fd_.get(), EPOLLIN, *source));
  return source;
}

SignalSource::SignalSource(EventLoop& loop, OnSignal on_signal)
    : loop_(loop), on_signal_(std::move(on_signal)) {}

Result<> SignalSource::dispose(int signal, sighandler_t disposition) {
  struct sigaction now {
  }, former{};
  now.sa_handler = disposition;
  if (sys::sigaction(signal, &now, &former) < 0) return Error::from_errno("sigaction");
  former_dispositions_.emplace_back(signal, former);
  return {};
}

SignalSource::~SignalSource() {
  if (fd_) loop_.unwatch(fd_.get(), *this);
  for (const auto& [signal, former] : former_dispositions_)
    sys::sigaction(signal, &former, nullptr);
  if (blocked_) sys::sigprocmask(SIG_SETMASK, &former_, nullptr);
}

void SignalSource::on_ready(uint32_t) {
  std::array<signalfd_siginfo, 16> infos;
  const ssize_t size = sys::read(fd_.get(), infos.data(), sizeof(infos));
  if (size <= 0) return;
  for (size_t i = 0; i < static_cast<size_t>(size) / sizeof(infos[0]); ++i)
    on_signal_(static_cast<int>(infos[i].ssi_signo));
}

}  // namespace svc
