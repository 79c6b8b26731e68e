#include "core/process/worker_link.h"

#include <algorithm>

#include "core/base/utf8.h"

namespace svc {
namespace {

void append_bounded(std::string& to, std::string_view text, size_t size_max) {
  to += text.substr(0, size_max - std::min(size_max, to.size()));
}

}  // namespace

WorkerLink::WorkerLink(EventLoop& loop, Channel channel, Events events)
    : loop_(loop), channel_(std::move(channel)), events_(std::move(events)), resume_([this] {
        if (open_ && !loop_.watch(channel_.descriptor(), EPOLLIN, *this)) close();
      }) {}

WorkerLink::~WorkerLink() { close(); }

Result<> WorkerLink::open() {
  SVC_TRY_VOID(loop_.watch(channel_.descriptor(), EPOLLIN, *this));
  open_ = true;
  return {};
}

void WorkerLink::close() {
  resume_.disarm();
  if (open_) loop_.unwatch(channel_.descriptor(), *this);
  open_ = false;
}

void WorkerLink::read(int messages_max) {
  if (loop_.now() - second_began_ >= 1s) {
    second_began_ = loop_.now();
    in_second_ = 0;
  }
  for (int i = 0; i < messages_max && open_; ++i) {
    auto message = channel_.receive();
    if (!message && message.error().code == std::errc::protocol_error) {
      ++misplaced_;
    } else if (!message) {
      close();
      if (events_.on_lost) events_.on_lost();
      return;
    } else if (!*message) {
      return;
    } else {
      take(**message);
    }
    ++in_second_;
  }
  if (in_second_ >= kMessagesPerSecond) pause();
}

void WorkerLink::pause() {
  if (!open_) return;
  loop_.unwatch(channel_.descriptor(), *this);
  resume_.arm(loop_, second_began_ + 1s);
}

void WorkerLink::take(const ChannelMessage& message) {
  switch (message.kind) {
    case ChannelKind::routes:
      return append_bounded(routes_, message.text, kRoutesMax);
    case ChannelKind::failed:
      return append_bounded(failure_, message.text, kFailureMax);
    case ChannelKind::last_words:
      return append_bounded(last_words_, message.text, kLastWordsMax);
    case ChannelKind::ready:
      if (events_.on_ready) events_.on_ready();
      return;
    case ChannelKind::replace:
      if (events_.on_replace) events_.on_replace(one_line(message.text.substr(0, kReasonMax)));
      return;
    case ChannelKind::backtrace:
      if (events_.on_backtrace) events_.on_backtrace(message.text);
      return;
    case ChannelKind::drained:
      return;  // Its exit says the same.
    default:
      ++misplaced_;
  }
}

void WorkerLink::finish() {
  // A dead worker's backlog is as large as the socket's buffer at most.
  constexpr int kBacklogMax = 1024;
  events_ = {};
  read(kBacklogMax);
  close();
}

}  // namespace svc
