#include "cmd/svcctl/watch.h"

#include <fmt/core.h>
#include <sys/signalfd.h>

#include <array>
#include <csignal>
#include <optional>

#include "cmd/svcctl/background.h"
#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/job.h"
#include "cmd/svcctl/loaded_files.h"
#include "cmd/svcctl/project_folder.h"
#include "cmd/svcctl/ready_report.h"
#include "cmd/svcctl/start.h"
#include "cmd/svcctl/status_document.h"
#include "cmd/svcctl/status_view.h"
#include "cmd/svcctl/watch_state.h"
#include "cmd/svcctl/watch_tree.h"
#include "config/files.h"
#include "core/base/sys.h"

namespace svc {
namespace {

class Watching {
 public:
  Watching(const Session& session, std::string config_path, ProjectFolder project, WatchTree tree)
      : session_(session),
        project_(std::move(project)),
        loaded_(std::move(config_path)),
        tree_(std::move(tree)),
        state_(!project_.build_command.empty()) {}

  int run();

 private:
  Result<> prepare();
  Result<> take_signals();
  Result<> watch_folders();
  void wait();
  int milliseconds_to_wait() const;
  void note(const std::string& path);
  void read_signals();
  void interrupt();
  void read_report();
  void check_jobs();
  void job_ended(int status);
  void server_ended(int status);
  void act();
  void begin_build();
  void begin_reload();
  void begin_server();
  void begin(Job& job, Result<Job> begun);
  void say(std::string_view text) const { session_.terminal().progress(text); }

  enum class Work : uint8_t { none, build, reload };

  const Session& session_;
  ProjectFolder project_;
  LoadedFiles loaded_;
  WatchTree tree_;
  WatchState state_;
  Fd signals_;
  Job server_;
  Job job_;  // The build or the reload.
  Work work_ = Work::none;
  Fd report_pipe_;
  std::optional<ReadyReport> report_;  // While the server starts.
  bool leaving_ = false;
  int status_ = kDone;
};

Result<> Watching::take_signals() {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::sigaddset(&wanted, number);
  if (sys::sigprocmask(SIG_BLOCK, &wanted, nullptr) != 0) return Error::from_errno("sigprocmask");
  signals_ = Fd(sys::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) return Error::from_errno("signalfd");
  return {};
}

Result<> Watching::watch_folders() {
  if (const auto request = session_.load_request()) loaded_.look_up(*request);
  // A folder that isn't there yet is the build's to make: it is tried again once it has been.
  for (const std::string& folder : loaded_.folders()) static_cast<void>(tree_.add(folder, false));
  return project_.root.empty() ? Result<>() : tree_.add(project_.root, true);
}

Result<> Watching::prepare() {
  if (const auto running = session_.ask({"version", {}}); running)
    return Error::of(
        std::errc::device_or_resource_busy,
        fmt::format("it runs already; stop it first: svcctl {} stop", session_.named()));
  SVC_TRY_VOID(take_signals());
  return watch_folders();
}

int Watching::run() {
  if (const auto prepared = prepare(); !prepared) return session_.fail(prepared.error());
  say(project_.build_command.empty()
          ? std::string("watching the modules and the configuration")
          : fmt::format("watching {}: {}", project_.root, project_.build_command));
  while (!leaving_ || server_.running() || job_.running()) {
    if (!leaving_) act();
    wait();
  }
  return status_;
}

int Watching::milliseconds_to_wait() const {
  if (leaving_ || job_.running() || report_) return -1;  // For SIGCHLD, or the report.
  const Instant now = Clock::steady().now();
  const auto due = state_.due(now);
  if (!due) return -1;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(*due - now).count());
}

void Watching::wait() {
  std::array<pollfd, 3> fds = {pollfd{signals_.get(), POLLIN, 0},
                               pollfd{tree_.descriptor(), POLLIN, 0},
                               pollfd{report_pipe_.get(), POLLIN, 0}};
  sys::poll(fds.data(), fds.size(), milliseconds_to_wait());
  // Changes first: those that a build has made are then known when its end is.
  tree_.read([this](const std::string& path) { note(path); });
  if (fds[2].revents != 0) read_report();
  read_signals();
  check_jobs();
}

void Watching::note(const std::string& path) {
  const Instant now = Clock::steady().now();
  const bool any = path.empty();
  const bool below = !project_.root.empty() && path.starts_with(project_.root + "/");
  if (any || loaded_.contains(path)) state_.loaded_changed(now);
  if (any || (below && is_source_name(file_name_of(path)))) state_.source_changed(now);
}

void Watching::read_signals() {
  signalfd_siginfo info;
  while (sys::read(signals_.get(), &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info)))
    if (info.ssi_signo != SIGCHLD) interrupt();
}

// The server finishes what it serves; a second interruption makes it end at once (svc-signals(7)).
void Watching::interrupt() {
  leaving_ = true;
  job_.signal(SIGTERM);
  // Only the master: it tells its workers itself.
  if (server_.running()) sys::kill(server_.pid(), SIGTERM);
}

void Watching::read_report() {
  std::array<char, 4096> bytes;
  const ssize_t size = sys::read(report_pipe_.get(), bytes.data(), bytes.size());
  if (size > 0 && report_) report_->feed({bytes.data(), static_cast<size_t>(size)});
  const bool ready = report_ && report_->verdict() == ReadyReport::Verdict::ready;
  if (size > 0 && !ready) return;
  report_pipe_.reset();
  report_.reset();
  if (!ready) return;  // Its end says the rest.
  const auto answer = session_.ask({"status", {}});
  const auto status = answer ? parse_status(answer->document) : Result<Status>(answer.error());
  if (status) session_.terminal().print(format_services(*status, session_.terminal()));
}

void Watching::check_jobs() {
  if (const auto status = job_.ended()) job_ended(*status);
  if (const auto status = server_.ended()) server_ended(*status);
}

void Watching::job_ended(int status) {
  const Work work = std::exchange(work_, Work::none);
  if (leaving_) return;
  const bool well = status == 0;
  if (work == Work::build) {
    if (const auto watched = watch_folders(); !watched)
      session_.terminal().mistake(watched.error().text);
    state_.built(well, loaded_.differ());
    if (!well)
      session_.terminal().mistake(
          fmt::format("the build failed ({}); {}", ending_text(status),
                      server_.running() ? "what served before goes on" : "waiting for a change"));
  } else if (!well && server_.running()) {
    session_.terminal().mistake("what served before goes on");
  }
}

// Stopped by somebody else: there is nothing to watch any more. Anything else is worth a change.
void Watching::server_ended(int status) {
  report_pipe_.reset();
  report_.reset();
  if (leaving_ || status == 0) {
    status_ = status == 0 ? kDone : kFailed;
    if (!leaving_) interrupt();
    return;
  }
  state_.server_ended();
  session_.terminal().mistake(
      fmt::format("the server ended ({}); waiting for a change", ending_text(status)));
}

void Watching::act() {
  if (job_.running() || report_) return;
  switch (state_.next(Clock::steady().now(), server_.running())) {
    case WatchStep::nothing:
      return;
    case WatchStep::build:
      return begin_build();
    case WatchStep::start:
      return begin_server();
    case WatchStep::reload:
      return begin_reload();
  }
}

void Watching::begin(Job& job, Result<Job> begun) {
  if (begun)
    job = std::move(*begun);
  else
    session_.terminal().mistake(begun.error().text);
}

void Watching::begin_build() {
  say(project_.build_command);
  work_ = Work::build;
  begin(job_, Job::start({{"/bin/sh", "-c", project_.build_command}, project_.root}));
}

void Watching::begin_reload() {
  static_cast<void>(watch_folders());  // The configuration may name others by now.
  loaded_.remember();
  const auto program = sibling_program("svcctl");
  if (!program) return session_.terminal().mistake(program.error().text);
  say("reload");
  work_ = Work::reload;
  Job::Order order{{*program}};
  const Invocation& invocation = session_.invocation();
  if (!invocation.config.empty())
    order.command.insert(order.command.end(), {"-c", invocation.config});
  else
    order.command.insert(order.command.end(), {"--env", invocation.environment});
  if (!invocation.runtime_dir.empty())
    order.command.insert(order.command.end(), {"--runtime-dir", invocation.runtime_dir});
  order.command.insert(order.command.end(), {"--color", invocation.colour, "reload"});
  begin(job_, Job::start(order));
}

void Watching::begin_server() {
  static_cast<void>(watch_folders());
  loaded_.remember();
  auto command = server_command(session_);
  int ends[2];
  if (!command) return session_.terminal().mistake(command.error().text);
  if (sys::pipe2(ends, O_CLOEXEC) < 0)
    return session_.terminal().mistake(Error::from_errno("pipe").text);
  report_pipe_ = Fd(ends[0]);
  const Fd writing(ends[1]);
  command->insert(command->end(), {"--ready-fd", std::to_string(Job::kPassedAs)});
  begin(server_, Job::start({*command, "", writing.get()}));
  if (server_.running())
    report_.emplace([this](std::string_view line) { say(line); });
  else
    report_pipe_.reset();
}

}  // namespace

int run_watching(const Session& session) {
  const auto path = session.file();
  if (!path) return session.fail(path.error());
  const auto real = FileSource::disk().real_path(*path);
  if (!real) return session.fail(real.error());
  ProjectFolder project = find_project(*real, session.invocation().build);
  // A build folder that is being made is known by its place only.
  auto tree = WatchTree::create([made = project.root + "/build"](const std::string& folder) {
    return folder == made || is_foreign_folder(folder);
  });
  if (!tree) return session.fail(tree.error());
  return Watching(session, *real, std::move(project), std::move(*tree)).run();
}

}  // namespace svc
