// svcctl top: the status again and again, with what happened in between.
#include <fmt/core.h>

#include <optional>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/screen.h"
#include "cmd/svcctl/session.h"
#include "cmd/svcctl/table.h"
#include "cmd/svcctl/top_view.h"
#include "core/base/sys.h"
#include "core/base/units.h"

namespace svc {
namespace {

constexpr std::chrono::milliseconds kSilenceMax{2'000};  // Keys are not heard meanwhile.
constexpr Duration kIntervalMin = 100ms;
constexpr Duration kIntervalMax = 1h;

class Top {
 public:
  Top(const Session& session, Duration interval)
      : session_(session), interval_(interval), look_{.workers = session.invocation().workers} {}

  // Asks the master; that it doesn't answer may pass.
  void refresh();
  int exit_status() const noexcept { return failure_ ? failure_status_ : kDone; }
  int snapshots();
  int live(Screen& screen);
  void print() const;

 private:
  std::string text() const;
  bool on_key(char key);  // False: the end.
  void fail(int status, std::string text);

  const Session& session_;
  Duration interval_;
  TopLook look_;
  std::optional<Status> status_;
  TopRates rates_;
  std::string document_;
  std::optional<std::string> failure_;
  int failure_status_ = kFailed;
};

void Top::fail(int status, std::string text) {
  failure_ = std::move(text);
  failure_status_ = status;
}

void Top::refresh() {
  auto answer = session_.ask({"status", {}}, kSilenceMax);
  if (!answer) {
    const bool none = answer.error().code == std::errc::no_such_process;
    return fail(none ? kNotRunning : kFailed, answer.error().text);
  }
  if (answer->exit_status != 0) return fail(kFailed, answer->line);
  auto status = parse_status(answer->document);
  if (!status) return fail(kFailed, status.error().text);
  rates_ = top_rates(status_ ? &*status_ : nullptr, *status);
  status_ = std::move(*status);
  document_ = std::move(answer->document);
  failure_.reset();
}

void Top::print() const {
  if (failure_) {
    session_.fail(failure_status_, *failure_);
  } else if (session_.json()) {
    session_.terminal().line(top_json(*status_, rates_, document_));
  } else {
    session_.terminal().print(format_top(*status_, rates_, look_, session_.terminal()));
  }
}

// One below the other, for files and pipes.
int Top::snapshots() {
  const uint32_t count = session_.invocation().count;
  Instant next = Clock::steady().now();
  for (uint32_t done = 0; count == 0 || done < count; ++done) {
    if (done > 0) {
      const auto left = std::max(next - Clock::steady().now(), Duration{});
      const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
      sys::poll(nullptr, 0, static_cast<int>(milliseconds));
      if (!session_.json()) session_.terminal().line("");
    }
    next = Clock::steady().now() + interval_;
    if (done > 0) refresh();
    print();
  }
  return exit_status();
}

std::string Top::text() const {
  if (failure_)
    return fmt::format("{}\n\nasked again every {}; q quits\n",
                       cut_to_width(cleaned(*failure_), look_.columns), format_duration(interval_));
  return format_top(*status_, rates_, look_, session_.terminal());
}

bool Top::on_key(char key) {
  if (key == 'w') look_.workers = !look_.workers;
  return key != 'q' && key != 'Q';
}

int Top::live(Screen& screen) {
  Instant next = Clock::steady().now() + interval_;
  for (;;) {
    const Screen::Size size = screen.size();
    look_.columns = size.columns;
    look_.rows = size.rows;
    screen.show(text());
    char key = 0;
    const Screen::Event event = screen.wait(next, key);
    if (event == Screen::Event::left) return kDone;
    if (event == Screen::Event::key && !on_key(key)) return kDone;
    if (Clock::steady().now() < next) continue;
    next = Clock::steady().now() + interval_;
    refresh();
  }
}

}  // namespace

int run_top(const Session& session) {
  const auto interval = parse_duration(session.invocation().interval);
  if (!interval) return session.fail(kMisused, "--interval: " + interval.error().text);
  if (*interval < kIntervalMin || *interval > kIntervalMax)
    return session.fail(
        kMisused,
        fmt::format("--interval {}: between {} and {}, please", session.invocation().interval,
                    format_duration(kIntervalMin), format_duration(kIntervalMax)));
  Top top(session, *interval);
  top.refresh();
  // Nobody waits for what was never there.
  if (top.exit_status() != kDone) {
    top.print();
    return top.exit_status();
  }
  if (session.json() || session.invocation().count > 0 || !Screen::possible())
    return top.snapshots();
  auto screen = Screen::open();
  if (!screen) return session.fail(screen.error());
  return top.live(*screen);
}

}  // namespace svc
