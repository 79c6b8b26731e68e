#include "core/sdk/events.h"

#include <stdexcept>

#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"

namespace svc {
namespace {

constexpr std::string_view kComment = ":\n\n";

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\n");
}

void append_checked(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    throw std::invalid_argument("an event's " + std::string(name) +
                                " holds a line break or a NUL, which would end it");
  }
  append_line(out, name, value);
}

// A line of `data` ends with LF, CR or both, for an EventSource and so for us.
void append_data(std::string& out, std::string_view data) {
  for (;;) {
    const size_t end = data.find_first_of("\r\n");
    append_line(out, "data", data.substr(0, end));
    if (end == std::string_view::npos) return;
    data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
  }
}

std::string event_text(std::string_view data, const EventOptions& options) {
  std::string text;
  text.reserve(data.size() + 64);
  append_checked(text, "event", options.event);
  append_checked(text, "id", options.id);
  if (options.retry) append_line(text, "retry", std::to_string(options.retry->count()));
  append_data(text, data);
  return text += "\n";
}

}  // namespace

Events::Events(Exchange& exchange)
    : exchange_(exchange),
      loop_(&Fiber::self().owner().loop()),
      silence_([this] { on_silence(); }) {
  head_.add("Content-Type", "text/event-stream");
  head_.add("Cache-Control", "no-store");
  head_.add("X-Accel-Buffering", "no");  // nginx would collect events otherwise.
  wait_for_silence();
}

std::string Events::last_event_id() const {
  return std::string(exchange_.head().header("Last-Event-ID").value_or(""));
}

Events& Events::header(std::string_view name, std::string_view value) {
  if (begun_) throw std::logic_error("a header of events that have begun");
  head_.set(name, value);
  return *this;
}

Events& Events::heartbeat(std::chrono::milliseconds every) {
  OffloadPool::on_loop([&] {
    heartbeat_ = every;
    silence_.disarm();
    wait_for_silence();
  });
  return *this;
}

void Events::open() {
  OffloadPool::on_loop([this] {
    begin();
    exchange_.write({});
  });
}

void Events::send(std::string_view data, const EventOptions& options) {
  const std::string text = event_text(data, options);
  OffloadPool::on_loop([&] { write(text); });
}

void Events::finish() {
  silence_.disarm();
  begin();
  exchange_.finish();
}

void Events::begin() {
  if (begun_) return;
  begun_ = true;
  exchange_.begin(std::move(head_));
}

void Events::write(std::string_view text) {
  struct Writing {
    bool& flag;
    explicit Writing(bool& writing) : flag(writing) { flag = true; }
    ~Writing() { flag = false; }
  };
  begin();
  {
    const Writing writing(writing_);
    exchange_.write(text);
  }
  wait_for_silence();
}

void Events::wait_for_silence() {
  if (heartbeat_ > heartbeat_.zero()) silence_.arm(*loop_, loop_->now() + heartbeat_);
}

// On the loop's stack, while the handler waits for something else.
void Events::on_silence() {
  if (!writing_) {
    begin();
    exchange_.try_write(kComment);
  }
  wait_for_silence();
}

}  // namespace svc
