#include "core/base/socket_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "core/base/fd.h"
#include "core/base/sys.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Directory : testing::TempDir {
  size_t entries() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path()), {}));
  }
};

Fd stream_socket() {
  return Fd(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// A socket that listens at `path` through a file of ours.
struct Bound {
  Fd socket = stream_socket();
  Result<SocketFile> file;
  explicit Bound(const std::string& path, const SocketFileOptions& options = {})
      : file(SocketFile::bind(socket.get(), path, options)) {
    const bool listens = !file || sys::listen(socket.get(), 1) == 0;
    EXPECT_TRUE(listens);
  }
};

// A connecting socket, and what connect(2) said.
struct Client {
  Fd fd = stream_socket();
  int error = 0;
};
Client connect_to(const std::string& path) {
  Client client;
  const auto address = socket_path(path);
  EXPECT_TRUE(address);
  if (sys::connect(client.fd.get(), generic(*address), sizeof *address) < 0) client.error = errno;
  return client;
}

void bind_only(const Fd& socket, const std::string& path) {
  const auto address = socket_path(path);
  ASSERT_EQ(sys::bind(socket.get(), generic(*address), sizeof *address), 0);
}

struct stat facts_of(const std::string& path) {
  struct stat facts {};
  EXPECT_EQ(sys::lstat(path.c_str(), &facts), 0) << path;
  return facts;
}

// What a killed master leaves: a file that nobody listens behind.
void leave_stale(const std::string& path) { bind_only(stream_socket(), path); }

TEST(SocketFile, HasItsModeWhateverTheUmaskSays) {
  const Directory dir;
  for (const mode_t mode : {0600, 0660, 0666, 0777}) {
    const mode_t before = ::umask(0077);
    const Bound bound(dir.file("s"), {mode, {}, {}});
    ASSERT_TRUE(bound.file) << bound.file.error().text;
    EXPECT_EQ(facts_of(dir.file("s")).st_mode & 07777, mode);
    EXPECT_EQ(::umask(before), 0077u) << "the umask was not put back";
  }
}

TEST(SocketFile, NobodyConnectsBeforeItListens) {
  const Directory dir;
  const Fd socket = stream_socket();
  const auto file = SocketFile::bind(socket.get(), dir.file("s"), {0666, {}, {}});
  ASSERT_TRUE(file);
  EXPECT_EQ(connect_to(dir.file("s")).error, ECONNREFUSED);
}

TEST(SocketFile, HasItsOwnerAndGroup) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const Directory dir;
  const Bound both(dir.file("a"), {0660, 65534, 65533});
  ASSERT_TRUE(both.file) << both.file.error().text;
  EXPECT_EQ(facts_of(dir.file("a")).st_uid, 65534u);
  EXPECT_EQ(facts_of(dir.file("a")).st_gid, 65533u);
  const Bound group(dir.file("b"), {0660, {}, 65533});
  ASSERT_TRUE(group.file);
  EXPECT_EQ(facts_of(dir.file("b")).st_uid, 0u);
  EXPECT_EQ(facts_of(dir.file("b")).st_gid, 65533u);
}

TEST(SocketFile, AnOwnerThatCannotBeGivenLeavesNothingBehind) {
  const Directory dir;
  std::filesystem::permissions(dir.file("."), std::filesystem::perms::all);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) < 0) ::_exit(2);
    const Bound bound(dir.file("s"), {0600, 1, {}});
    ::_exit(!bound.file && bound.file.error().text.find("only root") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(dir.entries(), 0u);
}

TEST(SocketFile, ReplacesAStaleFile) {
  const Directory dir;
  leave_stale(dir.file("s"));
  const Bound bound(dir.file("s"));
  ASSERT_TRUE(bound.file) << bound.file.error().text;
  EXPECT_EQ(connect_to(dir.file("s")).error, 0);
}

TEST(SocketFile, LeavesALiveSocketAlone) {
  const Directory dir;
  const Bound live(dir.file("s"));
  {
    const Bound second(dir.file("s"));
    ASSERT_FALSE(second.file);
    EXPECT_EQ(second.file.error().code, std::errc::address_in_use);
    EXPECT_THAT(second.file.error().text,
                AllOf(HasSubstr(dir.file("s")), HasSubstr("another process listens there")));
  }
  EXPECT_EQ(connect_to(dir.file("s")).error, 0);
}

TEST(SocketFile, ALiveSocketWithAFullQueueIsAlive) {
  const Directory dir;
  const Bound live(dir.file("s"));
  std::vector<Client> clients;
  do clients.push_back(connect_to(dir.file("s")));
  while (clients.back().error == 0 && clients.size() < 100);
  ASSERT_EQ(clients.back().error, EAGAIN);
  EXPECT_EQ(Bound(dir.file("s")).file.error().code, std::errc::address_in_use);
}

TEST(SocketFile, ADatagramSocketIsAliveToo) {
  const Directory dir;
  const Fd datagram(sys::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  bind_only(datagram, dir.file("s"));
  EXPECT_EQ(Bound(dir.file("s")).file.error().code, std::errc::address_in_use);
}

TEST(SocketFile, APathMayBeAsLongAsTheKernelTakesAndNoLonger) {
  EXPECT_TRUE(socket_path(std::string(107, 'x')));
  const auto longer = socket_path(std::string(108, 'x'));
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, std::errc::filename_too_long);
  EXPECT_THAT(longer.error().text, HasSubstr("108 bytes"));
  EXPECT_FALSE(socket_path(""));
}

TEST(SocketFile, NeverReplacesAnythingThatIsNoSocket) {
  const Directory dir;
  std::ofstream(dir.file("plain")) << "precious";
  std::filesystem::create_directory(dir.file("directory"));
  leave_stale(dir.file("stale"));
  std::filesystem::create_symlink("stale", dir.file("link"));
  for (const char* name : {"plain", "directory", "link"}) {
    const Bound bound(dir.file(name));
    ASSERT_FALSE(bound.file) << name;
    EXPECT_THAT(bound.file.error().text,
                AllOf(HasSubstr(dir.file(name)), HasSubstr("no socket"), HasSubstr("remove it")));
  }
  EXPECT_EQ(dir.entries(), 4u);
  EXPECT_EQ(facts_of(dir.file("plain")).st_size, 8);
}

TEST(SocketFile, SaysWhichDirectoryIsMissing) {
  const Directory dir;
  const Error error = Bound(dir.file("none/s")).file.error();
  EXPECT_EQ(error.code, std::errc::no_such_file_or_directory);
  EXPECT_THAT(error.text,
              AllOf(HasSubstr("no directory " + dir.file("none")), HasSubstr("make it")));
}

TEST(SocketFile, SaysWhoMayNotWriteWhere) {
  const Directory dir;
  std::filesystem::permissions(dir.file("."), std::filesystem::perms(0555));
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) < 0) ::_exit(2);
    const auto error = Bound(dir.file("s")).file.error();
    const bool good = error.code == std::errc::permission_denied &&
                      error.text.find("no right to make a socket in") != std::string::npos;
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(SocketFile, SaysWhatIsWrongWithItsDirectory) {
  EXPECT_THAT(socket_path_error(ENOENT, "/s").text, HasSubstr("no directory /;"));
  EXPECT_THAT(socket_path_error(EACCES, "s").text, HasSubstr("make a socket in .;"));
  EXPECT_THAT(socket_path_error(EROFS, "/run/x/s").text, HasSubstr("/run/x is on a read-only"));
  EXPECT_THAT(socket_path_error(EMFILE, "/s").text, HasSubstr("Too many open files"));
}

TEST(SocketFile, LeavesAFileThatTookItsPlace) {
  const Directory dir;
  {
    const Bound bound(dir.file("s"));
    ASSERT_EQ(sys::unlink(dir.file("s").c_str()), 0);
    leave_stale(dir.file("s"));
  }
  EXPECT_EQ(dir.entries(), 1u);
}

TEST(SocketFile, AChildThatEndsLeavesItsParentsFile) {
  const Directory dir;
  auto bound = std::make_unique<Bound>(dir.file("s"));
  const pid_t child = ::fork();
  if (child == 0) {
    bound.reset();
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(dir.entries(), 1u);
  bound.reset();
  EXPECT_EQ(dir.entries(), 0u);
}

TEST(SocketFile, OfManyThatReplaceAStaleFileAtOnceOneWins) {
  const Directory dir;
  for (int round = 0; round < 20; ++round) {
    leave_stale(dir.file("s"));
    int go[2], done[2];
    ASSERT_EQ(sys::pipe2(go, O_CLOEXEC), 0);
    ASSERT_EQ(sys::pipe2(done, O_CLOEXEC), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      children.push_back(::fork());
      if (children.back() == 0) {
        ::close(go[1]);
        char byte;
        sys::read(go[0], &byte, 1);  // Ends when the parent closes: all at once.
        const Bound bound(dir.file("s"));
        byte = bound.file ? 'y' : 'n';
        sys::write(done[1], &byte, 1);
        ::close(done[1]);
        ::pause();
      }
    }
    Fd go_read(go[0]), done_read(done[0]);
    ::close(done[1]);
    ::close(go[1]);
    int winners = 0;
    for (char answer; sys::read(done_read.get(), &answer, 1) == 1;) winners += answer == 'y';
    EXPECT_EQ(winners, 1);
    for (const pid_t child : children) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
    sys::unlink(dir.file("s").c_str());
  }
}

TEST(SocketFile, TakesALivingPredecessorsPlaceInOneStep) {
  const Directory dir;
  Bound former(dir.file("s"));
  const Fd socket = stream_socket();
  {
    const auto file = SocketFile::bind_over(socket.get(), dir.file("s"), {0600, {}, {}}, 8);
    ASSERT_TRUE(file) << file.error().text;
    EXPECT_EQ(dir.entries(), 1u);
    EXPECT_EQ(connect_to(dir.file("s")).error, 0);
    EXPECT_GE(sys::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC), 0);
    former.file = SocketFile();  // It takes away what is its own, which this isn't.
    EXPECT_EQ(dir.entries(), 1u);
  }
  EXPECT_EQ(dir.entries(), 0u);
}

TEST(SocketFile, IsAdoptedWhileItIsTheVerySame) {
  const Directory dir;
  Bound former(dir.file("s"));
  const SocketFile::Identity identity = former.file->identity();
  former.file->disown();
  former.file = SocketFile();
  EXPECT_EQ(dir.entries(), 1u);
  EXPECT_FALSE(SocketFile::adopt(dir.file("s"), {identity.device, identity.inode + 1}));
  EXPECT_FALSE(SocketFile::adopt(dir.file("other"), identity));
  ASSERT_TRUE(SocketFile::adopt(dir.file("s"), identity));
  EXPECT_EQ(dir.entries(), 0u) << "it is gone with who has adopted it";
}

}  // namespace
}  // namespace svc
