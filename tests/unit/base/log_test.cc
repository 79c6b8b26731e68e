#include "core/base/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits.h>

#include <cerrno>
#include <map>
#include <regex>

#include "base_support.h"
#include "core/base/clock.h"
#include "core/base/utf8.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The log is one for the whole process, so every test speaks in a child of its own.
class Log : public ::testing::Test {
 protected:
  std::string path() const { return dir_.file("log"); }
  LogOptions to_file(LogLevel level = LogLevel::info, LogFormat format = LogFormat::text) const {
    return {level, format, path()};
  }
  std::string logged() const { return read_file(path(), 64 << 20).value_or(""); }

  template <class Body>
  void speak(Body body) {
    EXPECT_EQ(in_child([&] {
                body();
                return std::string("done");
              }),
              "done");
  }

  testing::TempDir dir_;
};

TEST_F(Log, WorksBeforeItIsOpened) {
  Pipe pipe = make_pipe();
  speak([&] {
    sys::dup3(pipe.write.get(), STDERR_FILENO, 0);
    log::debug("not this");
    log::info("hello {}", 7);
  });
  pipe.write.reset();
  const std::string said = read_all(pipe.read.get(), 10'000, "pipe").value();
  EXPECT_TRUE(std::regex_match(
      said, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info  \[\d+\] hello 7\n)")))
      << said;
}

TEST_F(Log, SpeaksFromItsLevelOn) {
  speak([&] {
    ASSERT_TRUE(log::open(to_file(LogLevel::warn)));
    EXPECT_FALSE(log::enabled(LogLevel::info));
    EXPECT_TRUE(log::enabled(LogLevel::error));
    log::info("quiet");
    log::warn("loud");
    log::set_level(LogLevel::debug);
    log::debug("louder");
    log::set_level(LogLevel::off);
    log::error("silenced");
    log::write(LogLevel::off, "silenced");
  });
  const auto lines = lines_of(logged());
  ASSERT_EQ(lines.size(), 2u) << logged();
  EXPECT_THAT(lines[0], EndsWith("] loud"));
  EXPECT_THAT(lines[1], EndsWith("] louder"));
}

TEST_F(Log, CarriesTheTagsOfItsProcess) {
  speak([&] {
    ASSERT_TRUE(log::open(to_file(LogLevel::info, LogFormat::json)));
    log::set_tags({"worker", "users", 3});
    log::info("in JSON");
    log::set_format(LogFormat::text);
    log::info("in text");
  });
  EXPECT_THAT(logged(), HasSubstr(R"("role":"worker","service":"users","worker":3,"pid":)"));
  EXPECT_THAT(logged(), HasSubstr(R"("message":"in JSON"})"));
  EXPECT_THAT(logged(), HasSubstr("info  users/3 ["));
}

TEST_F(Log, SpeaksForAnotherProcess) {
  speak([&] {
    ASSERT_TRUE(log::open(to_file(LogLevel::warn)));
    log::set_tags({"master", "", -1});
    log::write_for({"worker", "users", 1}, 4711, LogLevel::warn, "its words");
    log::write_for({"worker", "users", 1}, 4711, LogLevel::info, "too quiet");
    log::warn("mine");
  });
  const auto lines = lines_of(logged());
  ASSERT_EQ(lines.size(), 2u) << logged();
  EXPECT_THAT(lines[0], EndsWith("warn  users/1 [4711] its words"));
  EXPECT_THAT(lines[1], HasSubstr("warn  master ["));
}

TEST_F(Log, StaysWhereItIsWhenAnotherTargetCannotBeOpened) {
  speak([&] {
    ASSERT_TRUE(log::open(to_file()));
    const auto opened = log::open({LogLevel::debug, LogFormat::json, "/nowhere/log"});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().text, HasSubstr("/nowhere/log"));
    log::info("still here");
    log::debug("at the old level");
  });
  EXPECT_THAT(logged(), EndsWith("] still here\n"));
}

TEST_F(Log, GoesToANewFileOnceTheOldOneIsRenamed) {
  speak([&] {
    ASSERT_TRUE(log::open(to_file()));
    log::info("before");
    ASSERT_EQ(sys::rename(path().c_str(), dir_.file("log.1").c_str()), 0);
    log::info("still before");
    ASSERT_TRUE(log::reopen());
    log::info("after");
  });
  EXPECT_THAT(read_file(dir_.file("log.1"), 1000).value(), EndsWith("] still before\n"));
  EXPECT_THAT(logged(), EndsWith("] after\n"));
  EXPECT_THAT(logged(), Not(HasSubstr("before")));
}

TEST_F(Log, GoesToTheDescriptorThatIsHandedIn) {
  speak([&] {
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, dir_.file("unused")}));
    log::adopt(Fd(sys::open(path().c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)));
    log::info("handed in");
    EXPECT_EQ(sys::write(log::descriptor(), "raw\n", 4), 4);
  });
  EXPECT_THAT(logged(), EndsWith("] handed in\nraw\n"));
}

TEST_F(Log, UnderstandsTheStandardPaths) {
  for (const char* target : {"stdout", "/dev/stdout"}) {
    int fds[2];
    ASSERT_EQ(sys::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    Fd ours(fds[0]);
    Fd theirs(fds[1]);
    speak([&] {
      sys::dup3(ours.get(), STDOUT_FILENO, 0);
      ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, target}));
      log::info("to a socket");
    });
    ours.reset();
    EXPECT_THAT(read_all(theirs.get(), 1000, "socket").value(), EndsWith("] to a socket\n"));
  }
}

TEST_F(Log, TellsPrioritiesToTheJournalAndToNobodyElse) {
  int fds[2];
  ASSERT_EQ(sys::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  Fd ours(fds[0]);
  const Fd theirs(fds[1]);
  struct stat facts {};
  ASSERT_EQ(sys::fstat(ours.get(), &facts), 0);
  const std::string name = fmt::format("{}:{}", facts.st_dev, facts.st_ino);
  speak([&] {
    sys::dup3(ours.get(), STDERR_FILENO, 0);
    ::setenv("JOURNAL_STREAM", name.c_str(), 1);
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, "stderr"}));
    log::warn("first");
    EXPECT_EQ(in_child([] {  // A worker's, whose stderr is a pipe to the master.
                log::adopt(Fd(sys::dup_cloexec(log::descriptor())));
                log::error("second");
                return std::string("done");
              }),
              "done");
    ASSERT_TRUE(log::open(to_file()));
    log::warn("third");
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::json, "stderr"}));
    log::warn("fourth");
    ::setenv("JOURNAL_STREAM", "1:1", 1);
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, "stderr"}));
    log::warn("fifth");
  });
  ours.reset();
  const auto lines = lines_of(read_all(theirs.get(), 10'000, "socket").value());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[0], StartsWith("<4>2"));
  EXPECT_THAT(lines[1], StartsWith("<3>2"));
  EXPECT_THAT(lines[2], StartsWith("{"));
  EXPECT_THAT(lines[3], StartsWith("2"));
  EXPECT_THAT(logged(), StartsWith("2"));
}

TEST_F(Log, CountsWhatAFullDiskSwallowedAndSaysSo) {
  speak([&] {
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, "/dev/full"}));
    for (int line = 0; line < 5; ++line) log::info("lost");
    EXPECT_EQ(log::dropped(), 5u);
    ASSERT_TRUE(log::open(to_file()));
    log::info("found");
    log::info("again");
    EXPECT_EQ(log::dropped(), 5u);
  });
  const auto lines = lines_of(logged());
  ASSERT_EQ(lines.size(), 3u) << logged();
  EXPECT_THAT(lines[0], HasSubstr("warn "));
  EXPECT_THAT(lines[0], HasSubstr("5 lines of this log were dropped"));
  EXPECT_THAT(lines[1], EndsWith("found"));
  EXPECT_THAT(lines[2], EndsWith("again"));
}

TEST_F(Log, AStuckPipeStopsNobody) {
  Pipe pipe = make_pipe();
  speak([&] {
    sys::dup3(pipe.write.get(), STDERR_FILENO, 0);
    for (int line = 0; line < 5000; ++line) log::info("line {} of far more than fit", line);
    EXPECT_GT(log::dropped(), 0u);
    EXPECT_LT(log::dropped(), 5000u);
  });
  pipe.write.reset();
  const std::string said = read_all(pipe.read.get(), 1 << 20, "pipe").value();
  for (const std::string& line : lines_of(said))
    EXPECT_THAT(line, EndsWith("of far more than fit"));
}

TEST_F(Log, APatientOneWaitsOnceForAStuckReaderNotForEachLine) {
  Pipe pipe = make_pipe();
  speak([&] {
    sys::dup3(pipe.write.get(), STDERR_FILENO, 0);
    while (log::dropped() == 0) log::info("filling");
    char buffer[PIPE_BUF * 2];
    EXPECT_GT(sys::read(pipe.read.get(), buffer, sizeof buffer), 0);
    log::set_patient(true);
    const uint64_t before = log::dropped();
    const Instant start = Clock::steady().now();
    while (log::dropped() < before + 100) log::info("filling again");
    const Duration took = Clock::steady().now() - start;
    EXPECT_GE(took, 100ms);
    EXPECT_LT(took, 5s);  // Ten seconds and more if each of a hundred lines waited.
  });
}

TEST_F(Log, AChildDoesNotTellWhatItsParentLost) {
  speak([&] {
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, "/dev/full"}));
    log::info("lost");
    EXPECT_EQ(in_child([&] {
                static_cast<void>(log::open(to_file()));
                log::info("child");
                return std::to_string(log::dropped());
              }),
              "0");
  });
  EXPECT_EQ(lines_of(logged()).size(), 1u) << logged();
  EXPECT_THAT(logged(), EndsWith("] child\n"));
}

TEST_F(Log, TellsOfEachLineThatIsLostEvenOfThoseBefore) {
  speak([&] {
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, "/dev/full"}));
    log::info("lost before anybody asked");
    uint64_t counted = 0;
    log::on_dropped([&counted](uint64_t lines) { counted += lines; });
    EXPECT_EQ(counted, 1u);
    log::info("lost");
    EXPECT_EQ(counted, 2u);
    EXPECT_EQ(in_child([&] {
                uint64_t own = 0;
                log::on_dropped([&own](uint64_t lines) { own += lines; });
                log::info("lost by the child");
                return std::to_string(own);
              }),
              "1");
    log::on_dropped({});
    log::info("lost");
    EXPECT_EQ(counted, 2u);
  });
}

TEST_F(Log, CutsEndlessMessages) {
  speak([&] {
    ASSERT_TRUE(log::open(to_file()));
    log::write(LogLevel::info, std::string(100'000, 'x'));
  });
  EXPECT_LT(logged().size(), 17'000u);
  EXPECT_THAT(logged(), HasSubstr(std::string(16 * 1024, 'x')));
  EXPECT_THAT(logged(), EndsWith("x... (cut, 100000 bytes in all)\n"));
}

TEST_F(Log, GoesIntoAPipeInPiecesThatCannotTear) {
  Pipe pipe = make_pipe();
  speak([&] {
    sys::dup3(pipe.write.get(), STDERR_FILENO, 0);
    log::write(LogLevel::info, std::string(10'000, 'x'));
  });
  pipe.write.reset();
  const auto lines = lines_of(read_all(pipe.read.get(), 100'000, "pipe").value());
  ASSERT_EQ(lines.size(), 3u);
  size_t letters = 0;
  for (const std::string& line : lines) {
    EXPECT_LT(line.size(), size_t{PIPE_BUF});
    letters += static_cast<size_t>(std::count(line.begin(), line.end(), 'x'));
  }
  EXPECT_EQ(letters, 10'000u);
  EXPECT_THAT(lines[0], EndsWith("x..."));
  EXPECT_THAT(lines[1], HasSubstr("] ...x"));
  EXPECT_THAT(lines[2], EndsWith("x"));
}

TEST_F(Log, CannotBeForged) {
  speak([&] {
    ASSERT_TRUE(log::open(to_file()));
    log::info("GET {}", "/\n2026-01-31T12:00:00.123Z info  master [1] all is well\x1b[2J");
  });
  EXPECT_EQ(lines_of(logged()).size(), 1u);
  EXPECT_THAT(logged(), Not(HasSubstr("\x1b")));
}

TEST_F(Log, KeepsErrno) {
  speak([&] {
    ASSERT_TRUE(log::open({LogLevel::info, LogFormat::text, "/dev/full"}));
    errno = EADDRINUSE;
    log::info("{}", "lost");
    EXPECT_EQ(errno, EADDRINUSE);
  });
}

TEST_F(Log, ColoursTerminalsOnly) {
  speak([&] {
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    Fd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ::grantpt(terminal.get());
    ::unlockpt(terminal.get());
    const std::string name = ::ptsname(terminal.get());
    // A terminal's unread output goes with its last descriptor.
    Fd open_end(sys::open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    const auto shown = [&](LogFormat format) {
      EXPECT_TRUE(log::open({LogLevel::info, format, name}));
      log::info("m");
      char text[1000] = {};
      EXPECT_GT(sys::read(terminal.get(), text, sizeof text - 1), 0);
      return std::string(text);
    };
    EXPECT_THAT(shown(LogFormat::text), HasSubstr("\x1b[32minfo"));
    EXPECT_THAT(shown(LogFormat::json), Not(HasSubstr("\x1b")));
    ::setenv("NO_COLOR", "1", 1);
    EXPECT_THAT(shown(LogFormat::text), Not(HasSubstr("\x1b")));
    static_cast<void>(log::open(to_file()));
    log::info("m");
  });
  EXPECT_THAT(logged(), Not(HasSubstr("\x1b")));
}

// Several processes, each with a log of its own on the same target, as fast as they can.
class Tearing : public Log {
 protected:
  static constexpr int kSpeakers = 4;
  static constexpr int kLines = 400;

  // Lines of 0 to 9,000 letters, so that many are above PIPE_BUF.
  static size_t letters(int line) { return static_cast<size_t>(line * 37 % 100 * 90); }

  std::vector<pid_t> start_speakers(const LogOptions& options, int stderr_fd) {
    std::vector<pid_t> speakers;
    for (int speaker = 0; speaker < kSpeakers; ++speaker) {
      const pid_t pid = ::fork();
      if (pid == 0) {
        if (stderr_fd >= 0) sys::dup3(stderr_fd, STDERR_FILENO, 0);
        if (!log::open(options)) ::_exit(1);
        log::set_tags({"worker", "tear", speaker});
        const std::string text(letters(37) + 9000, static_cast<char>('a' + speaker));
        for (int line = 0; line < kLines; ++line)
          log::info("{}:{}$", line, std::string_view(text).substr(0, letters(line)));
        ::_exit(0);
      }
      speakers.push_back(pid);
    }
    return speakers;
  }

  static void expect_done(const std::vector<pid_t>& speakers) {
    for (const pid_t pid : speakers) {
      int status = -1;
      EXPECT_EQ(sys::waitpid(pid, &status, 0), pid);
      EXPECT_EQ(status, 0);
    }
  }
};

TEST_F(Tearing, NoLineOfAFileIsMixedWithAnother) {
  expect_done(start_speakers(to_file(), -1));
  const std::regex beginning(R"(tear/(\d) \[\d+\] (\d+):)");
  std::map<int, int> next_line;
  for (const std::string& line : lines_of(logged())) {
    std::smatch parts;
    // The letters are compared by hand: std::regex recurses once a letter.
    ASSERT_TRUE(std::regex_search(line, parts, beginning));
    const int speaker = std::stoi(parts[1]);
    const int number = std::stoi(parts[2]);
    ASSERT_EQ(number, next_line[speaker]++);
    ASSERT_EQ(parts.suffix().str(),
              std::string(letters(number), static_cast<char>('a' + speaker)) + "$");
  }
  for (int speaker = 0; speaker < kSpeakers; ++speaker) EXPECT_EQ(next_line[speaker], kLines);
}

TEST_F(Tearing, NoLineOfAPipeIsMixedWithAnotherThoughSomeAreDropped) {
  Pipe pipe = make_pipe();
  const auto speakers =
      start_speakers({LogLevel::info, LogFormat::text, "stderr"}, pipe.write.get());
  pipe.write.reset();
  const std::string said = read_all(pipe.read.get(), 64 << 20, "pipe").value();
  expect_done(speakers);
  const std::regex beginning(R"(^\d{4}-[^ ]*Z \w+ +tear/(\d) \[\d+\] )");
  int whole = 0;
  for (const std::string& line : lines_of(said)) {
    std::smatch parts;
    ASSERT_TRUE(std::regex_search(line, parts, beginning)) << line.substr(0, 100);
    const std::string rest = parts.suffix();
    if (rest.find("dropped") != std::string::npos) continue;
    const char letter = static_cast<char>('a' + std::stoi(parts[1]));
    EXPECT_EQ(rest.find_first_not_of(std::string("0123456789:.$") + letter), std::string::npos);
    ASSERT_TRUE(rest.ends_with("$") || rest.ends_with("..."));
    ++whole;
  }
  EXPECT_GT(whole, 10);
}

}  // namespace
}  // namespace svc
