#include "tests/unit/process/master_support.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/control/runtime_paths.h"
#include "core/process/last_words.h"
#include "core/process/master.h"
#include "tests/support/eventually.h"
#include "tests/support/json.h"

namespace svc::testing {
namespace {

using std::chrono::milliseconds;

uint64_t now_ns() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::string mode_of(const ServiceConfig& service) {
  for (const Option& option : service.options)
    if (option.key == "mode") return std::get<std::string>(option.value);
  return "serve";
}

// Not through a null pointer: what a compiler knows to be undefined it may leave out.
__attribute__((noinline)) void crash_here() {
  void* const page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
}

bool same_socket(int a, int b) {
  struct stat one {
  }, other{};
  return ::fstat(a, &one) == 0 && ::fstat(b, &other) == 0 && one.st_ino == other.st_ino;
}

class TestWorker {
 public:
  explicit TestWorker(WorkerStart start) : start_(std::move(start)) {}

  int run() {
    if (!install_crash_handlers(start_.channel.descriptor(), *start_.slot)) return 9;
    const std::string mode = mode_of(start_.service);
    if (mode == "exit") return 3;
    if (mode == "crash") crash_here();
    if (mode == "hang") wait_for_drain();
    if (mode == "fail") {
      static_cast<void>(start_.channel.send(ChannelKind::failed, 0, "the database is not there"));
      return 1;
    }
    beat();
    static_cast<void>(start_.channel.send(ChannelKind::routes, 0, "GET /who\nPOST /crash\n"));
    static_cast<void>(start_.channel.send(ChannelKind::ready));
    if (mode == "stuck") wait_for_drain();
    return loop();
  }

 private:
  void beat() { start_.slot->beat_ns.set(now_ns()); }

  static void wait_for_drain() {
    for (;;) ::pause();
  }

  int loop() {
    while (!drained_) {
      std::vector<pollfd> waits = {{start_.channel.descriptor(), POLLIN, 0}};
      if (serving_)
        for (const AcceptSocket& socket : start_.sockets) waits.push_back({socket.fd, POLLIN, 0});
      ::poll(waits.data(), waits.size(), 20);
      beat();
      if (waits[0].revents != 0) read_channel();
      for (size_t i = 1; i < waits.size() && serving_; ++i)
        if (waits[i].revents != 0) serve(waits[i].fd);
    }
    static_cast<void>(start_.channel.send(ChannelKind::drained));
    return 0;
  }

  void read_channel() {
    for (;;) {
      auto message = start_.channel.receive();
      if (!message) return static_cast<void>(drained_ = true);
      if (!*message) return;
      switch ((*message)->kind) {
        case ChannelKind::serve:
          serving_ = true;
          break;
        case ChannelKind::drain:
        case ChannelKind::retire:
          serving_ = false;
          drained_ = true;
          break;
        case ChannelKind::accept_also:
          for (Fd& fd : (*message)->descriptors) {
            start_.sockets.push_back(
                {.fd = fd.release(), .shared = true, .local = false, .address = {}});
          }
          break;
        case ChannelKind::accept_no_longer:
          for (const Fd& fd : (*message)->descriptors)
            std::erase_if(start_.sockets,
                          [&](const AcceptSocket& it) { return same_socket(it.fd, fd.get()); });
          break;
        case ChannelKind::log_target:
          log::adopt(std::move((*message)->descriptors.front()));
          log::info("worker logs to the new target");
          break;
        default:
          break;
      }
    }
  }

  void serve(int listener) {
    const Fd client(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    char request[256] = {};
    const ssize_t size = ::recv(client.get(), request, sizeof(request) - 1, 0);
    if (size <= 0) return;
    start_.slot->loop.begin(1, 0xa3, std::chrono::steady_clock::now());
    obey(std::string(request, static_cast<size_t>(size)));
    start_.slot->loop.end();
    const std::string answer =
        fmt::format("{} {} {}\n", ::getpid(), start_.index, start_.generation);
    start_.slot->answers[2].add();
    static_cast<void>(::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL));
  }

  __attribute__((noinline)) static void obey(const std::string& request) {
    if (request == "crash\n") crash_here();
    if (request == "abort\n") ::abort();
    if (request == "exit\n") ::_exit(7);
    if (request == "spin\n")
      for (volatile bool forever = true; forever;) {
      }
    if (request.starts_with("print ")) ::printf("%s", request.substr(6).c_str());
  }

  WorkerStart start_;
  bool serving_ = false;
  bool drained_ = false;
};

}  // namespace

int test_worker(WorkerStart start) { return TestWorker(std::move(start)).run(); }

ServiceConfig test_service(const std::string& name, const std::string& mode, uint32_t workers) {
  ServiceConfig service;
  service.name = name;
  service.builtin = "test";
  service.listen = {{.address = "127.0.0.1:0"}};
  service.workers = {.automatic = false, .min = workers, .max = workers};
  service.boot_timeout = milliseconds(20'000);
  service.graceful_timeout = milliseconds(5'000);
  service.options.push_back({"mode", mode, {}});
  return service;
}

TestMaster::TestMaster(Configure configure, bool waited_for) {
  int ends[2] = {-1, -1};
  if (waited_for) {
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  }
  pid_ = ::fork();
  if (pid_ == 0) ::_exit(run(configure, ends[1]));
  if (ends[1] >= 0) ::close(ends[1]);
  ready_read_ = ends[0];
}

int TestMaster::run(const Configure& configure, int ready_fd) {
  const auto load = [this, configure]() -> Result<Config> {
    Config config;
    config.master.name = "test";
    config.master.runtime_dir = dir_.file("run");
    config.log.target = dir_.file("log");
    config.file = dir_.file("test.toml");
    return configure(std::move(config));
  };
  auto config = load();
  if (!config) return 78;
  static_cast<void>(log::open({LogLevel::debug, LogFormat::text, config->log.target}));
  config->log.level = LogLevel::debug;
  auto master = Master::create({.config = std::move(*config),
                                .load =
                                    [load] {
                                      auto again = load();
                                      if (again) again->log.level = LogLevel::debug;
                                      return again;
                                    },
                                .worker_main = test_worker,
                                .ready_pipe = ready_fd});
  if (!master) {
    log::error("{}", master.error().text);
    return 1;
  }
  return (*master)->run();
}

TestMaster::~TestMaster() {
  if (ready_read_ >= 0) ::close(ready_read_);
  if (pid_ <= 0) return;
  // Its workers end when their channels do; those that hang need a hand.
  for (size_t service = 0; service < 4; ++service)
    for (const char* state : {"booting", "standby", "ready", "draining", "aborting", "killing"})
      for (const pid_t pid : pids(service, state)) ::kill(pid, SIGKILL);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string TestMaster::log() const { return read_file(dir_.file("log")); }

bool TestMaster::logged(const std::string& text) const {
  return eventually([&] { return log().find(text) != std::string::npos; });
}

void TestMaster::signal(int number) const { ::kill(pid_, number); }

int TestMaster::wait() {
  int status = 0;
  if (!eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) return -1000;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool TestMaster::running() { return pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0; }

Result<ControlAnswer> TestMaster::call(const std::string& command,
                                       std::vector<std::string> arguments,
                                       std::vector<std::string>* progress) const {
  return control_call(control_path(), {command, std::move(arguments)}, milliseconds(30'000),
                      [&](std::string_view line) {
                        if (progress != nullptr) progress->emplace_back(line);
                      });
}

std::string TestMaster::control_path() const {
  return runtime_paths(dir_.file("run"), "test").control;
}

std::string TestMaster::status() const {
  const auto answer = call("status");
  return answer ? answer->document : "";
}

std::string TestMaster::state(size_t service) const {
  return json_text(status(), fmt::format("/services/{}/state", service)).value_or("");
}

bool TestMaster::wait_state(size_t service, const std::string& wanted) const {
  return eventually([&] { return state(service) == wanted; });
}

bool TestMaster::wait_ready() const {
  return eventually([&] { return json_text(status(), "/state") == "ready"; });
}

std::vector<pid_t> TestMaster::pids(size_t service, const std::string& wanted) const {
  std::vector<pid_t> result;
  const std::string document = status();
  const std::string workers = fmt::format("/services/{}/workers", service);
  for (size_t i = 0; i < json_size(document, workers); ++i) {
    const std::string worker = fmt::format("{}/{}", workers, i);
    if (json_text(document, worker + "/state") == wanted)
      result.push_back(static_cast<pid_t>(*json_number(document, worker + "/pid")));
  }
  return result;
}

uint16_t TestMaster::port(size_t service) const {
  const auto address = json_text(status(), fmt::format("/services/{}/listen/0", service));
  if (!address) return 0;
  return static_cast<uint16_t>(std::stoi(address->substr(address->rfind(':') + 1)));
}

std::string TestMaster::ready_line() {
  std::string text;
  char part[512];
  for (ssize_t size; (size = ::read(ready_read_, part, sizeof(part))) > 0;)
    text.append(part, static_cast<size_t>(size));
  while (text.ends_with('\n')) text.pop_back();
  // A reason may have several lines: frames, or mistakes.
  if (const size_t error = ("\n" + text).find("\nerror "); error != text.npos)
    return text.substr(error);
  return text.substr(text.rfind('\n') + 1);
}

std::string ask(uint16_t port, const std::string& request, milliseconds patience) {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{patience.count() / 1000, (patience.count() % 1000) * 1000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0)
    return "";
  static_cast<void>(::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL));
  std::string answer;
  char part[256];
  for (ssize_t size; (size = ::recv(fd.get(), part, sizeof(part), 0)) > 0;)
    answer.append(part, static_cast<size_t>(size));
  return answer;
}

}  // namespace svc::testing
