#include "core/loop/offload.h"

#include <fmt/core.h>
#include <sys/prctl.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <system_error>

#include "core/base/check.h"
#include "core/base/sys.h"
#include "core/loop/offload_queue.h"

namespace svc {
namespace {

[[gnu::tls_model("initial-exec")]] constinit thread_local OffloadJob* job_of_thread = nullptr;

// While it lives, all signals but faults are blocked, and so in a thread that is started meanwhile:
// what is sent to the process is the loop's business. SIGURG is sent to a thread, to ask it where
// it is (core/process/backtraces.h). A fault belongs to the thread that makes it, and one that is
// blocked would end the process without last words.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t most;
    ::sigfillset(&most);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGURG}) {
      ::sigdelset(&most, fault);
    }
    sys::sigprocmask(SIG_SETMASK, &most, &old_);  // On Linux it is the calling thread's mask.
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { sys::sigprocmask(SIG_SETMASK, &old_, nullptr); }

 private:
  sigset_t old_{};
};

void run_job(OffloadJob& job) noexcept {
  job_of_thread = &job;
  try {
    job.body();
  } catch (...) {
    job.failure = std::current_exception();
  }
  job_of_thread = nullptr;
}

// A pool thread's life.
void work(OffloadQueue& queue, size_t thread, OffloadObserver* observer) noexcept {
  std::array<char, 16> name{};  // PR_SET_NAME takes no more.
  fmt::format_to_n(name.data(), name.size() - 1, "pool-{}", thread);
  sys::prctl(PR_SET_NAME, reinterpret_cast<unsigned long>(name.data()));
  while (OffloadJob* const job = queue.take()) {
    if (observer != nullptr) observer->job_began(thread, job->label);
    run_job(*job);
    if (observer != nullptr) observer->job_ended(thread);
    queue.finish(*job);
  }
}

// In the job's fiber. Cancelled goes to the job like any other exception: it unwinds that thread.
void execute_call(OffloadJob& job) noexcept {
  std::exception_ptr failure;
  try {
    (*job.call)();
  } catch (...) {
    failure = std::current_exception();
  }
  job.queue.answer(job, std::move(failure));
}

Error cancelled_error() { return Error::from_code(ECANCELED, "offload"); }

}  // namespace

OffloadPool::OffloadPool(EventLoop& loop, Options options)
    : options_(options), queue_(std::make_shared<OffloadQueue>(loop, options.queue_max)) {
  SVC_CHECK(options.threads > 0);
}

OffloadPool::~OffloadPool() {
  SVC_CHECK(Fiber::current() == nullptr);
  queue_->close();
  while (!jobs_.empty()) {
    // From the back: a fiber that ends at once takes its job out of the list.
    for (size_t i = jobs_.size(); i-- > 0;) {
      if (i < jobs_.size()) jobs_[i]->fiber.cancel(CancelReason::drain);
    }
    // What an unwinding fiber waits for may be another fiber that it woke.
    for (size_t i = 0; i < jobs_.size(); ++i) {
      if (jobs_[i]->fiber.owner().run_queued()) i = 0;
    }
    if (jobs_.empty()) break;
    queue_->wait_for_news();
    queue_->deliver();
  }
  for (std::thread& thread : threads_) thread.join();
}

Result<> OffloadPool::run_erased(std::move_only_function<void()> body, IfCancelled then) {
  Fiber* const fiber = Fiber::current();
  SVC_CHECK(fiber != nullptr);
  if (then == IfCancelled::withdraw) {
    fiber->check_cancelled();
    if (fiber->cancelled() != CancelReason::none) return cancelled_error();
  }

  OffloadJob job{std::move(body), *fiber, *queue_, fiber->label(), fiber->owner().loop().now()};
  jobs_.push_back(&job);
  Result<> admitted = admit(job);
  const bool ran = admitted && await(job, then);
  std::erase(jobs_, &job);
  if (!admitted) return admitted;

  if (fiber->cancelled() != CancelReason::none && std::uncaught_exceptions() == 0) {
    throw Cancelled{fiber->cancelled()};
  }
  if (!ran) return cancelled_error();
  if (job.failure) std::rethrow_exception(std::exchange(job.failure, nullptr));
  return {};
}

Result<> OffloadPool::admit(OffloadJob& job) {
  switch (queue_->push(job, options_.threads - threads_.size())) {
    case OffloadQueue::Admission::taken:
      return {};
    case OffloadQueue::Admission::closed:
      return cancelled_error();
    case OffloadQueue::Admission::full:
      return Error::of(std::errc::resource_unavailable_try_again,
                       fmt::format("offload: {} jobs wait for {} threads, the most allowed",
                                   options_.queue_max, options_.threads));
    case OffloadQueue::Admission::wants_thread:
      break;
  }
  if (threads_.size() == options_.threads) return {};
  auto started = start_thread();
  // With a thread less the job only waits a little longer; without any it would wait for ever.
  if (started || !threads_.empty()) return {};
  return queue_->withdraw(job) ? std::move(started) : Result<>();
}

Result<> OffloadPool::start_thread() {
  const SignalsBlocked blocked;
  queue_->add_thread();
  try {
    threads_.emplace_back([queue = queue_, thread = threads_.size(), observer = options_.observer] {
      work(*queue, thread, observer);
    });
  } catch (const std::system_error& error) {
    queue_->remove_thread();
    return Error::from_code(error.code().value(), "start a pool thread");
  }
  return {};
}

// Until the job has ended; false: it has been withdrawn before it began.
bool OffloadPool::await(OffloadJob& job, IfCancelled then) {
  bool may_withdraw = then == IfCancelled::withdraw;
  for (;;) {
    while (!job.told) {
      if (!may_withdraw) {
        job.fiber.suspend_uncancellable();
      } else if (job.fiber.try_suspend() == Wake::cancelled) {
        if (queue_->withdraw(job)) return false;
        may_withdraw = false;  // It runs, and may refer to this stack.
      }
    }
    job.told = false;
    if (job.ended) return true;
    execute_call(job);
  }
}

const void* OffloadPool::label() noexcept {
  return job_of_thread != nullptr ? job_of_thread->label : nullptr;
}

bool OffloadPool::in_pool_thread() noexcept { return job_of_thread != nullptr; }

void OffloadPool::on_loop_erased(std::move_only_function<void()> function) {
  if (OffloadJob* const job = job_of_thread) {
    job->queue.call(*job, function);
  } else {
    function();
  }
}

size_t OffloadPool::queued() const noexcept { return queue_->waiting(); }
size_t OffloadPool::running() const noexcept { return queue_->running(); }

Duration OffloadPool::oldest_wait() const noexcept {
  const auto since = queue_->waiting_since();
  return since ? queue_->loop().now() - *since : Duration::zero();
}

}  // namespace svc
