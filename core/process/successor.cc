#include "core/process/successor.h"

#include <utility>

#include "core/base/log.h"

namespace svc {

Successor::Successor(EventLoop& loop, Channel line, std::function<void(bool)> on_go)
    : loop_(loop), line_(std::move(line)), on_go_(std::move(on_go)) {}

Successor::~Successor() { close(); }

Result<> Successor::watch() { return loop_.watch(line_.descriptor(), EPOLLIN, *this); }

void Successor::close() {
  if (line_.descriptor() >= 0) loop_.unwatch(line_.descriptor(), *this);
  line_ = Channel();
}

void Successor::progress(std::string_view text) {
  static_cast<void>(
      line_.send(ChannelKind::successor_progress, 0, text.substr(0, kChannelTextMax)));
}

void Successor::ready() {
  ready_ = true;
  if (orphaned_) return loop_.defer([this] { go(false); });
  static_cast<void>(line_.send(ChannelKind::successor_ready));  // Its end is seen elsewhere.
}

void Successor::failed(std::string_view why) {
  static_cast<void>(line_.send(ChannelKind::successor_failed, 0, why.substr(0, kChannelTextMax)));
}

void Successor::done() {
  in_office_ = true;
  static_cast<void>(line_.send(ChannelKind::successor_done));
}

void Successor::go(bool alive) {
  if (const auto on_go = std::exchange(on_go_, nullptr)) on_go(alive);
}

void Successor::on_ready(uint32_t) {
  for (;;) {
    const auto message = line_.receive();
    if (!message && message.error().code == std::errc::protocol_error) continue;
    if (message && !*message) return;
    if (message) {
      if ((*message)->kind == ChannelKind::go && ready_) go(true);
      continue;
    }
    close();
    if (in_office_) return log::info("the former master has gone");
    log::warn("the former master has died");
    orphaned_ = true;
    if (ready_) go(false);
    return;
  }
}

}  // namespace svc
