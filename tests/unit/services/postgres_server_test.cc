// The PostgreSQL server that the tests start: it must not outlive them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/postgres.h"
#include "tests/support/proc.h"

namespace storage::testing {
namespace {

using svc::testing::process_exists;

// Starts a server, tells where it is, and waits to be killed.
[[noreturn]] void be_a_test_program(int told) {
  try {
    const svc::testing::PostgresServer server;
    const std::string& directory = server.socket_directory();
    if (::write(told, directory.data(), directory.size()) > 0) ::pause();
  } catch (const std::exception& failure) {
    std::fputs(failure.what(), stderr);
  }
  ::_exit(1);
}

TEST(PostgresServer, EndsWithATestProgramThatIsKilled) {
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  const pid_t program = ::fork();
  ASSERT_GE(program, 0);
  if (program == 0) be_a_test_program(pipe[1]);
  ::close(pipe[1]);
  char text[256];
  const ssize_t size = ::read(pipe[0], text, sizeof text);  // In one piece; 0: it has failed.
  ::close(pipe[0]);
  const std::string directory(text, size > 0 ? static_cast<size_t>(size) : 0);
  const pid_t server =
      std::atoi(svc::testing::read_file(directory + "/data/postmaster.pid").c_str());
  std::vector<pid_t> processes = svc::testing::children_of(server);  // Checkpointer, writers …
  processes.push_back(server);
  const bool served = process_exists(server) && processes.size() > 1;

  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  ASSERT_TRUE(served) << "in \"" << directory << "\"";
  for (const pid_t pid : processes)
    EXPECT_TRUE(svc::testing::eventually([&] { return !process_exists(pid); })) << pid;
  if (process_exists(server)) ::kill(server, SIGQUIT);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace storage::testing
