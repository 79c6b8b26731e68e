#include "tests/support/postgres.h"

#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace svc::testing {
namespace {

namespace fs = std::filesystem;

// Debian has a folder for each version, and none of them in PATH.
std::string find_programs() {
  std::vector<std::string> found;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(version.path() / "bin/postgres")) found.push_back(version.path() / "bin");
  }
  if (found.empty()) throw std::runtime_error("no PostgreSQL: packaging/dependencies test");
  return *std::ranges::max_element(found);
}

// It refuses to run as root.
struct User {
  uid_t uid = ::geteuid();
  gid_t gid = ::getegid();
  User() {
    if (uid != 0) return;
    const passwd* unprivileged = ::getpwnam("nobody");
    if (unprivileged == nullptr) throw std::runtime_error("there is no user nobody");
    uid = unprivileged->pw_uid;
    gid = unprivileged->pw_gid;
  }
  void become() const {
    if (::geteuid() != 0) return;
    if (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0) ::_exit(126);
  }
};

// In the child: whoever kills `test` ends it, too, and PostgreSQL's own children with it. After
// User::become(), for a change of user takes it back (prctl(2)).
void end_with(pid_t test) {
  if (::prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0) ::_exit(126);
  if (::getppid() != test) ::_exit(126);  // Gone already.
}

}  // namespace

PostgresServer::PostgresServer() : programs_(find_programs()) {
  const User user;
  if (::geteuid() == 0 && ::chown(dir_.path().c_str(), user.uid, user.gid) != 0)
    throw std::runtime_error("chown failed");
  run_to_end("initdb", {"-D", dir_.file("data"), "-A", "trust", "-U", "svc", "-E", "UTF8",
                        "--locale=C", "--no-sync", "--no-instructions"});
  start();
}

PostgresServer::~PostgresServer() { stop(); }

Process PostgresServer::launch(std::string_view program, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), programs_ + "/" + std::string(program));
  const User user;
  const pid_t test = ::getpid();
  return Process::start(arguments, {.output = dir_.file("log"), .before_exec = [&] {
                                      user.become();
                                      end_with(test);
                                      if (::chdir("/") != 0) ::_exit(126);
                                    }});
}

void PostgresServer::run_to_end(std::string_view program,
                                std::vector<std::string> arguments) const {
  if (launch(program, std::move(arguments)).exit_code(2 * kDeadline) != 0)
    throw std::runtime_error(std::string(program) + ": " + read_file(dir_.file("log")));
}

// fsync off: the tests kill processes, not machines.
void PostgresServer::start() {
  server_ =
      launch("postgres", {"-D", dir_.file("data"), "-k", dir_.path(), "-c",
                          "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"});
  const bool answers = eventually(
      [&] {
        return launch("pg_isready", {"-q", "-h", dir_.path(), "-U", "svc"}).exit_code() == 0;
      },
      2 * kDeadline);
  if (!answers) throw std::runtime_error("postgres: " + read_file(dir_.file("log")));
}

void PostgresServer::stop() {
  server_.signal(SIGQUIT);
  server_.wait();
}

std::string PostgresServer::make_database() {
  const std::string name = "test" + std::to_string(++databases_);
  run_to_end("createdb", {"-h", dir_.path(), "-U", "svc", name});
  return "postgres://svc@/" + name + "?host=" + dir_.path();
}

}  // namespace svc::testing
