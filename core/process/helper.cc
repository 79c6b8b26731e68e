#include "core/process/helper.h"

#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/process_title.h"
#include "core/base/sys.h"
#include "core/base/units.h"
#include "core/process/death.h"
#include "core/process/descriptors.h"
#include "core/process/spawn.h"

namespace svc {
namespace {

[[noreturn]] void helper_child(const HelperOrder& order, int pipe) {
  std::vector<int> keep = order.keep;
  keep.push_back(pipe);
  keep.push_back(log::descriptor());
  if (!close_all_but(std::move(keep)) || !reset_signals()) ::_exit(1);
  set_process_title("svcd: reading " + order.name);
  if (!assume(order.credentials)) ::_exit(1);
  HelperAnswer answer(pipe);
  order.body(answer);
  ::_exit(0);
}

class PipedHelper final : public Helper, private Watcher {
 public:
  PipedHelper(EventLoop& loop, Children& children, HelperOrder order)
      : loop_(loop),
        children_(children),
        order_(std::move(order)),
        timer_([this] { time_out(); }) {}
  ~PipedHelper() override;

  Result<> launch();

 private:
  void on_ready(uint32_t) override {
    if (!read()) finish(too_large());
  }
  bool read();  // False: the answer is too large.
  void on_exit(int status);
  void time_out();
  Error too_large() const;
  void finish(Result<std::string> answer);
  void stop() noexcept;

  EventLoop& loop_;
  Children& children_;
  HelperOrder order_;
  Timer timer_;
  Fd pipe_;
  pid_t pid_ = -1;
  std::string answer_;
};

Result<> PipedHelper::launch() {
  int ends[2];
  if (sys::pipe2(ends, O_CLOEXEC) < 0) return Error::from_errno("pipe for a helper");
  pipe_ = Fd(ends[0]);
  Fd child_end(ends[1]);
  if (sys::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK) < 0) return Error::from_errno("fcntl");
  SVC_TRY_VOID(loop_.watch(pipe_.get(), EPOLLIN, *this));
  check_single_thread();
  const pid_t pid = sys::fork();
  if (pid == 0) helper_child(order_, child_end.get());
  if (pid < 0) return Error::from_errno("fork a helper");
  pid_ = pid;
  children_.add(pid, [this](int status) { on_exit(status); });
  timer_.arm(loop_, loop_.refresh_now() + order_.time_max);
  return {};
}

PipedHelper::~PipedHelper() { stop(); }

void PipedHelper::stop() noexcept {
  timer_.disarm();
  if (pipe_) loop_.unwatch(pipe_.get(), *this);
  pipe_.reset();
  if (pid_ <= 0) return;
  children_.forget(pid_);
  sys::kill(pid_, SIGKILL);  // Not reaped yet: the pid is still its own.
  pid_ = -1;
}

bool PipedHelper::read() {
  constexpr int kReadsPerTurn = 16;
  std::array<char, 16 * 1024> buffer;
  for (int i = 0; i < kReadsPerTurn && pipe_; ++i) {
    const ssize_t size = sys::read(pipe_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EAGAIN) return true;
    if (size <= 0) {  // The whole answer is there, if the child ends well: on_exit() will tell.
      loop_.unwatch(pipe_.get(), *this);
      pipe_.reset();
      return true;
    }
    answer_.append(buffer.data(), static_cast<size_t>(size));
    if (answer_.size() > order_.answer_max) return false;
  }
  return true;
}

void PipedHelper::on_exit(int status) {
  pid_ = -1;  // Reaped.
  // What is left in the pipe is bounded; that somebody else holds it open is not our business.
  for (size_t before = ~size_t{0}; pipe_ && answer_.size() != before;) {
    before = answer_.size();
    if (!read()) return finish(too_large());
  }
  if (status != 0 && !order_.partial)
    return finish(Error::of(std::errc::no_child_process,
                            fmt::format("{}: the process that was to do it died: {}", order_.name,
                                        status_text(status))));
  finish(std::move(answer_));
}

Error PipedHelper::too_large() const {
  return Error::of(
      std::errc::message_size,
      fmt::format("{}: the answer is larger than {}", order_.name, format_size(order_.answer_max)));
}

void PipedHelper::time_out() {
  if (order_.partial) return finish(std::move(answer_));
  finish(Error::of(std::errc::timed_out, fmt::format("{}: not done within {}", order_.name,
                                                     format_duration(order_.time_max))));
}

// The last thing that happens: whoever is told may destroy this helper.
void PipedHelper::finish(Result<std::string> answer) {
  stop();
  const auto on_answer = std::move(order_.on_answer);
  on_answer(std::move(answer));
}

}  // namespace

void HelperAnswer::add(std::string_view part) {
  if (!write_all(pipe_, part, "tell the master")) ::_exit(1);
}

Result<std::unique_ptr<Helper>> Helper::start(EventLoop& loop, Children& children,
                                              HelperOrder order) {
  auto helper = std::make_unique<PipedHelper>(loop, children, std::move(order));
  SVC_TRY_VOID(helper->launch());
  return std::unique_ptr<Helper>(std::move(helper));
}

}  // namespace svc
