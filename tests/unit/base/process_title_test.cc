#include "core/base/process_title.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "base_support.h"

namespace svc {
namespace {

int real_argc = 0;
char* real_argv[64];

// glibc hands every initialiser what main() gets. Copied, because GoogleTest takes its own options
// out of the array later, and then the end of the last one can't be known.
__attribute__((constructor)) void remember(int argc, char** argv) {
  for (; real_argc < argc && real_argc < 63; ++real_argc) real_argv[real_argc] = argv[real_argc];
}

std::string command_line() {
  std::string text = read_file("/proc/self/cmdline", 1 << 20).value_or("unreadable");
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

TEST(ProcessTitle, IsWhatProcShows) {
  EXPECT_EQ(in_child([] {
              keep_process_title(real_argc, real_argv);
              set_process_title("svcd: users worker 0 gen 3");
              return command_line();
            }),
            "svcd: users worker 0 gen 3");
}

TEST(ProcessTitle, LeavesNothingOfALongerOneBehind) {
  EXPECT_EQ(in_child([] {
              keep_process_title(real_argc, real_argv);
              set_process_title("svcd: a rather long title");
              set_process_title("svcd: x");
              return command_line();
            }),
            "svcd: x");
}

TEST(ProcessTitle, MayBeLongerThanTheArgumentsWere) {
  // The room behind argv is the environment's: as much as this test has of it.
  const std::string title = "svcd: " + std::string(200, 'x');
  EXPECT_EQ(in_child([&] {
              keep_process_title(real_argc, real_argv);
              set_process_title(title);
              return command_line().substr(0, 50);
            }),
            title.substr(0, 50));
}

TEST(ProcessTitle, TheEnvironmentGoesOnWorking) {
  ASSERT_EQ(::setenv("SVC_TITLE_TEST", "before", 1), 0);
  EXPECT_EQ(in_child([] {
              keep_process_title(real_argc, real_argv);
              set_process_title(std::string(100'000, 'x'));
              std::string said = std::getenv("SVC_TITLE_TEST");
              ::setenv("SVC_TITLE_TEST", "after", 1);
              said += ' ';
              said += std::getenv("SVC_TITLE_TEST");
              said += std::getenv("PATH") != nullptr ? " path" : "";
              return said;
            }),
            "before after path");
}

TEST(ProcessTitle, IsCutAtTheRoomThereIs) {
  EXPECT_EQ(in_child([] {
              char room[] = "svcd\0-c\0file\0guard";  // Not followed by the environment.
              char* argv[] = {room, room + 5, room + 8, nullptr};
              keep_process_title(3, argv);
              set_process_title(std::string(100, 'x'));
              return std::string(room) + " " + (room + 13);
            }),
            "xxxxxxxxxxxx guard");
}

TEST(ProcessTitle, TheProgramsNameStays) {
  const std::string name = program_invocation_short_name;
  EXPECT_EQ(in_child([] {
              keep_process_title(real_argc, real_argv);
              set_process_title("svcd: master [shop]");
              return std::string(program_invocation_short_name);
            }),
            name);
}

TEST(ProcessTitle, WithoutARoomNothingHappens) {
  EXPECT_EQ(in_child([] {
              const std::string before = command_line();
              set_process_title("svcd: nobody kept the room");
              return command_line() == before ? std::string("unchanged") : command_line();
            }),
            "unchanged");
}

}  // namespace
}  // namespace svc
