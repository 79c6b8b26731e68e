#include "core/control/runtime_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>
#include <functional>

#include "tests/unit/control/control_support.h"

namespace svc {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A child with another environment and, where asked, another user; true when `body` was.
bool in_child(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status == 0;
}

// As root, pointers go to /run/svcd as well: their configuration is one that nobody else has.
class RuntimePathsTest : public ::testing::Test {
 protected:
  ~RuntimePathsTest() override {
    remove_pointer(runtime_, pointer_);
    remove_pointer(runtime_, next_);
  }
  testing::TempDir dir_;
  std::string runtime_ = dir_.file("run");
  MasterPointer pointer_{dir_.file("shop.toml"), "shop", runtime_ + "/shop/control"};
  MasterPointer next_{pointer_.config, "shop", "/elsewhere/control"};
};

TEST(RuntimePaths, AreOneFolderForEachMaster) {
  const RuntimePaths paths = runtime_paths("/run/svcd", "shop");
  EXPECT_EQ(paths.dir, "/run/svcd/shop");
  EXPECT_EQ(paths.control, "/run/svcd/shop/control");
  EXPECT_EQ(paths.pid, "/run/svcd/shop/pid");
  EXPECT_EQ(paths.orphan, "/run/svcd/shop/orphan");
  EXPECT_EQ(paths.log, "/run/svcd/shop/log");
  EXPECT_EQ(runtime_paths("/run/svcd/", "shop").dir, "/run/svcd/shop");
}

TEST(RuntimePaths, PointersAreNamedAfterTheConfigurationsPath) {
  // A fixed value: a new release must find the masters of the old one.
  EXPECT_EQ(pointer_path("/run/svcd", "a"), "/run/svcd/by-path/af63dc4c8601ec8c");
  EXPECT_NE(pointer_path("/r", "/etc/a.toml"), pointer_path("/r", "/etc/b.toml"));
}

TEST(RuntimePaths, TheDefaultDependsOnTheUserAndTheSession) {
  EXPECT_TRUE(in_child([] {
    if (::geteuid() == 0 && default_runtime_dir() != "/run/svcd") return false;
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) < 0) return false;
    ::setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
    if (default_runtime_dir() != "/run/user/7/svcd") return false;
    ::setenv("XDG_RUNTIME_DIR", "relative", 1);
    const std::string last = "/tmp/svcd-" + std::to_string(::geteuid());
    if (default_runtime_dir() != last) return false;
    ::unsetenv("XDG_RUNTIME_DIR");
    return default_runtime_dir() == last;
  }));
}

TEST(RuntimePaths, TheWantedDirectoryIsTheFirstCandidateAndNoneComesTwice) {
  const auto dirs = runtime_dir_candidates("/somewhere");
  EXPECT_EQ(dirs[0], "/somewhere");
  EXPECT_EQ(dirs[1], default_runtime_dir());
  const auto defaults = runtime_dir_candidates(default_runtime_dir());
  EXPECT_EQ(std::count(defaults.begin(), defaults.end(), default_runtime_dir()), 1);
  EXPECT_EQ(runtime_dir_candidates("")[0], default_runtime_dir());
}

TEST_F(RuntimePathsTest, APointerIsFoundAgainAndTakenBack) {
  ASSERT_TRUE(write_pointer(runtime_, pointer_));
  const auto found = read_pointer({dir_.file("none"), runtime_}, pointer_.config);
  ASSERT_TRUE(found) << found.error().text;
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->name, "shop");
  EXPECT_EQ((*found)->control, pointer_.control);
  EXPECT_FALSE(*read_pointer({runtime_}, "/etc/svcd/other.toml"));

  remove_pointer(runtime_, pointer_);
  EXPECT_FALSE(*read_pointer({runtime_}, pointer_.config));
  EXPECT_TRUE(std::filesystem::is_empty(runtime_));
}

TEST_F(RuntimePathsTest, APointerIsFoundInTheDefaultDirectoryToo) {
  EXPECT_TRUE(in_child([&] {
    std::filesystem::permissions(dir_.path(), std::filesystem::perms::all);
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) < 0) return false;
    const std::string session = dir_.file("session");
    std::filesystem::create_directory(session);
    ::setenv("XDG_RUNTIME_DIR", session.c_str(), 1);
    if (!write_pointer(runtime_, pointer_)) return false;
    const auto found = read_pointer(runtime_dir_candidates(""), pointer_.config);
    if (!found || !*found || (*found)->control != pointer_.control) return false;
    remove_pointer(runtime_, pointer_);
    return std::filesystem::is_empty(session) && std::filesystem::is_empty(runtime_);
  }));
}

TEST_F(RuntimePathsTest, ASuccessorsPointerIsNotTakenBack) {
  ASSERT_TRUE(write_pointer(runtime_, pointer_));
  ASSERT_TRUE(write_pointer(runtime_, next_));
  remove_pointer(runtime_, pointer_);
  EXPECT_EQ((*read_pointer({runtime_}, pointer_.config))->control, next_.control);
}

TEST_F(RuntimePathsTest, APointerToAnotherFileWithTheSameHashIsNotMistaken) {
  ASSERT_TRUE(write_pointer(runtime_, pointer_));
  ASSERT_EQ(sys::rename(pointer_path(runtime_, pointer_.config).c_str(),
                        pointer_path(runtime_, "/etc/other.toml").c_str()),
            0);
  EXPECT_FALSE(*read_pointer({runtime_}, "/etc/other.toml"));
}

TEST_F(RuntimePathsTest, ADamagedPointerIsAnErrorUnlessAnotherIsFound) {
  ASSERT_TRUE(write_pointer(runtime_, pointer_));
  const std::string other = dir_.file("other");
  ASSERT_TRUE(write_pointer(other, pointer_));
  for (const char* damage : {"", "svcd pointer 1\n", "svcd pointer 2\na\nb\nc\n", "x\ny\nz\n\n"}) {
    std::ofstream(pointer_path(runtime_, pointer_.config), std::ios::trunc) << damage;
    const auto found = read_pointer({runtime_}, pointer_.config);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, std::errc::protocol_error);
    EXPECT_TRUE(*read_pointer({runtime_, other}, pointer_.config));
  }
}

TEST_F(RuntimePathsTest, PointersThatPointNowhereAreSweptAwayOnceTheyAreOld) {
  const MasterPointer dead{dir_.file("dead.toml"), "dead", runtime_ + "/dead/control"};
  const MasterPointer stale{dir_.file("stale.toml"), "stale", runtime_ + "/stale"};
  ASSERT_TRUE(write_pointer(runtime_, dead));
  ASSERT_TRUE(write_pointer(runtime_, stale));
  std::ofstream(stale.control) << "what a killed master leaves";
  ASSERT_TRUE(write_pointer(runtime_, pointer_));
  EXPECT_TRUE(*read_pointer({runtime_}, dead.config)) << "it may be about to make its socket";

  for (const MasterPointer& each : {dead, stale})
    std::filesystem::last_write_time(
        pointer_path(runtime_, each.config),
        std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  ASSERT_TRUE(write_pointer(runtime_, pointer_));
  EXPECT_FALSE(*read_pointer({runtime_}, dead.config));
  EXPECT_TRUE(*read_pointer({runtime_}, stale.config));
  for (const MasterPointer& each : {dead, stale}) remove_pointer(runtime_, each);
}

TEST_F(RuntimePathsTest, DirectoriesAreMadeOnceAndTakenAwayWhenEmpty) {
  ASSERT_TRUE(make_runtime_dirs(runtime_, "shop"));
  ASSERT_TRUE(make_runtime_dirs(runtime_, "shop"));
  struct stat facts {};
  ASSERT_EQ(sys::stat((runtime_ + "/shop").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0022, 0u);

  std::ofstream(runtime_ + "/shop/pid") << 1;
  remove_runtime_dirs(runtime_, "shop");
  EXPECT_TRUE(std::filesystem::exists(runtime_ + "/shop/pid"));
  ASSERT_EQ(sys::unlink((runtime_ + "/shop/pid").c_str()), 0);
  remove_runtime_dirs(runtime_, "shop");
  EXPECT_TRUE(std::filesystem::is_empty(runtime_));
}

TEST_F(RuntimePathsTest, ADirectoryThatAnybodyMayWriteToIsRefused) {
  std::filesystem::create_directory(runtime_);
  std::filesystem::permissions(runtime_, std::filesystem::perms::all);
  const auto made = make_runtime_dirs(runtime_, "shop");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, std::errc::permission_denied);
  EXPECT_THAT(made.error().text, HasSubstr("anybody may write"));
  // With the sticky bit, as /tmp has it, strangers can't touch what we put there.
  std::filesystem::permissions(runtime_,
                               std::filesystem::perms::all | std::filesystem::perms::sticky_bit);
  EXPECT_TRUE(make_runtime_dirs(runtime_, "shop"));
}

TEST_F(RuntimePathsTest, AStrangersDirectoryIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
  std::filesystem::create_directory(runtime_);
  ASSERT_TRUE(write_pointer(runtime_, pointer_));
  for (const char* each : {"", "/by-path"})
    ASSERT_EQ(sys::chown((runtime_ + each).c_str(), 65533, 65533), 0);
  EXPECT_TRUE(in_child([&] {
    if (::setresuid(65534, 65534, 65534) < 0) return false;
    const auto made = make_runtime_dirs(runtime_, "shop");
    const auto found = read_pointer({runtime_}, pointer_.config);
    return !made && made.error().code == std::errc::permission_denied && !found &&
           found.error().code == std::errc::permission_denied;
  }));
}

// The unit's umask is 0027.
TEST_F(RuntimePathsTest, PointersCanBeReadByEverybodyWhateverTheUmask) {
  const mode_t before = ::umask(0077);
  const auto written = write_pointer(runtime_, pointer_, runtime_);
  ::umask(before);
  ASSERT_TRUE(written);
  EXPECT_EQ(std::filesystem::status(runtime_ + "/by-path").permissions(),
            std::filesystem::perms(0755));
}

TEST_F(RuntimePathsTest, ADirectoryThatOthersKeepToThemselvesHidesNoMaster) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
  const std::string theirs = dir_.file("theirs");
  ASSERT_TRUE(write_pointer(theirs, pointer_, theirs));
  std::filesystem::permissions(theirs + "/by-path", std::filesystem::perms(0700));
  EXPECT_TRUE(in_child([&] {
    if (::setresuid(65534, 65534, 65534) < 0) return false;
    const auto found = read_pointer({theirs}, pointer_.config);
    return found && !*found;
  }));
}

TEST_F(RuntimePathsTest, AFileInTheWayIsNamed) {
  std::ofstream(runtime_) << "x";
  const auto made = make_runtime_dirs(runtime_, "shop");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text, HasSubstr(runtime_));
}

TEST_F(RuntimePathsTest, AMissingParentIsNamed) {
  const auto made = make_runtime_dirs(dir_.file("a/b"), "shop");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().text, HasSubstr(dir_.file("a/b")));
}

}  // namespace
}  // namespace svc
