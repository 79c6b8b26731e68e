#include "core/process/spawn.h"

#include <dirent.h>
#include <fmt/core.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/base/process_title.h"
#include "core/base/sys.h"
#include "core/process/descriptors.h"

namespace svc {
namespace {

std::vector<int> kept_descriptors(const SpawnOrder& order) {
  std::vector<int> keep = {order.start.channel.descriptor(),
                           order.standard_output.get(),
                           order.standard_error.get(),
                           order.module,
                           log::descriptor(),
                           order.start.hand_over_in,
                           order.start.hand_over_out,
                           order.start.orphans,
                           order.start.store,
                           order.start.life,
                           order.start.facts,
                           order.start.access_log};
  for (const RegionStart& region : order.start.regions) keep.push_back(region.memfd);
  for (const AcceptSocket& socket : order.start.sockets) keep.push_back(socket.fd);
  return keep;
}

// The log may go to the master's own stderr, whose number is about to become a pipe to the master.
Result<> save_log_target() {
  if (log::descriptor() > STDERR_FILENO) return {};
  Fd copy(sys::dup_cloexec(log::descriptor()));
  if (!copy) return Error::from_errno("keep the log's descriptor");
  log::adopt(std::move(copy));
  return {};
}

void prepare_stdio() {
  ::__fpurge(stdout);  // What the master had not flushed is not the worker's to say.
  ::__fpurge(stderr);
  // A pipe would make it wait for a full buffer; a service's line should be seen when it is said.
  ::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
}

void set_environment(const ServiceConfig& service) {
  // Addressed to the master: a child that answered would confuse systemd.
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"}) ::unsetenv(name);
  for (const auto& [name, value] : service.environment) ::setenv(name.c_str(), value.c_str(), 1);
}

Result<> raise_descriptor_limit() {
  rlimit limit{};
  if (sys::getrlimit(RLIMIT_NOFILE, &limit) < 0) return Error::from_errno("getrlimit");
  if (limit.rlim_cur >= limit.rlim_max) return {};
  limit.rlim_cur = limit.rlim_max;
  if (sys::setrlimit(RLIMIT_NOFILE, &limit) < 0) return Error::from_errno("raise RLIMIT_NOFILE");
  return {};
}

Result<> drop_privileges(const Credentials& credentials) {
  SVC_TRY_VOID(assume(credentials));
  if (sys::prctl(PR_SET_NO_NEW_PRIVS, 1) < 0) return Error::from_errno("PR_SET_NO_NEW_PRIVS");
  // A change of user clears it, and with it core dumps and debuggers of the service's own user.
  if (credentials.change && sys::prctl(PR_SET_DUMPABLE, 1) < 0)
    return Error::from_errno("PR_SET_DUMPABLE");
  return {};
}

// Everything between fork(2) and the worker's own code, in this order.
Result<> become_worker(SpawnOrder& order) {
  // From here on it is the worker who loses what can't be written.
  log::on_dropped([slot = order.start.slot](uint64_t lines) {
    if (slot != nullptr) slot->log_lines_dropped.add_shared(lines);
  });
  SVC_TRY_VOID(close_all_but(kept_descriptors(order)));
  SVC_TRY_VOID(save_log_target());
  SVC_TRY_VOID(redirect_stdio(order.standard_output.get(), order.standard_error.get()));
  order.standard_output.reset();
  order.standard_error.reset();
  prepare_stdio();
  SVC_TRY_VOID(reset_signals());
  if (order.wipe) order.wipe();

  const WorkerStart& start = order.start;
  log::set_patient(false);
  log::set_tags(
      {.role = "worker", .service = start.service.name, .worker = static_cast<int>(start.index)});
  set_process_title(
      fmt::format("svcd: {} worker {} gen {}", start.service.name, start.index, start.generation));
  set_environment(start.service);
  SVC_TRY_VOID(raise_descriptor_limit());
  return drop_privileges(order.credentials);
}

[[noreturn]] void worker_child(SpawnOrder order, const WorkerMain& worker_main) {
  auto ready = become_worker(order);
  if (!ready) {
    const std::string text = ready.error().text.substr(0, kChannelTextMax);
    static_cast<void>(order.start.channel.send(ChannelKind::failed, 0, text));
    ::_exit(1);
  }
  order.start.module = Fd(order.module);
  const int status = worker_main(std::move(order.start));
  ::fflush(nullptr);
  ::_exit(status);  // No destructor of the master's, no atexit hook of a library's.
}

}  // namespace

void check_single_thread() {
#if defined(__SANITIZE_THREAD__)
  constexpr bool kCountable = false;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
  constexpr bool kCountable = false;
#else
  constexpr bool kCountable = true;
#endif
#else
  constexpr bool kCountable = true;
#endif
  if (!kCountable) return;
  DIR* tasks = ::opendir("/proc/self/task");
  if (tasks == nullptr) return;  // No /proc, no answer.
  int threads = 0;
  while (const dirent* entry = ::readdir(tasks)) threads += entry->d_name[0] != '.';
  ::closedir(tasks);
  SVC_CHECK(threads == 1);
}

Result<pid_t> spawn_worker(SpawnOrder order, const WorkerMain& worker_main) {
  check_single_thread();
  const pid_t pid = sys::fork();
  if (pid < 0) return Error::from_errno("fork");
  if (pid == 0) worker_child(std::move(order), worker_main);
  return pid;
}

}  // namespace svc
