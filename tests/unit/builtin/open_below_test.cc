#include "core/builtin/open_below.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/base/fault.h"
#include "core/base/file.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

class OpenBelow : public ::testing::TestWithParam<bool> {
 protected:
  OpenBelow() {
    ::mkdir(dir_.file("root").c_str(), 0755);
    ::mkdir(dir_.file("root/sub").c_str(), 0755);
    EXPECT_TRUE(write_file(dir_.file("secret"), "secret"));
    EXPECT_TRUE(write_file(dir_.file("root/page"), "page"));
    EXPECT_TRUE(write_file(dir_.file("root/sub/deep"), "deep"));
    link("page", "near");
    link("../page", "sub/up");
    link("sub", "folder");
    link("../secret", "out");
    link("../root/page", "out_and_in");
    link(dir_.file("root/page"), "absolute");
    link("round", "round");
    link("/proc/self/root/etc/passwd", "magic");
    ::mkfifo(dir_.file("root/fifo").c_str(), 0644);
    root_ = Fd(::open(dir_.file("root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  void link(const std::string& target, const std::string& name) {
    EXPECT_EQ(::symlink(target.c_str(), dir_.file("root/" + name).c_str()), 0);
  }

  // The file's text, or the errno's name of what went wrong.
  std::string read(const std::string& path, Symlinks rule) {
    // With true: as on a kernel that has no openat2(2).
    if (GetParam()) sys::fault::fail_nth(1, "openat2", ENOSYS);
    const auto found = find_below(root_.get(), path, rule);
    sys::fault::never();
    if (!found) return ::strerrorname_np(static_cast<int>(found.error().code));
    if (found->is_folder()) return "a folder";
    if (!found->is_file()) return "something else";
    const auto file = open_found(*found);
    if (!file) return file.error().text;
    return read_all(file->get(), 100, path).value_or("unreadable");
  }

  testing::TempDir dir_;
  Fd root_;
};

TEST_P(OpenBelow, FindsFilesAndFolders) {
  for (const Symlinks rule : {Symlinks::never, Symlinks::inside, Symlinks::anywhere}) {
    EXPECT_EQ(read("page", rule), "page");
    EXPECT_EQ(read("sub/deep", rule), "deep");
    EXPECT_EQ(read("sub", rule), "a folder");
    EXPECT_EQ(read("", rule), "a folder");
    EXPECT_EQ(read("none", rule), "ENOENT");
    EXPECT_EQ(read("page/none", rule), "ENOTDIR");
    EXPECT_EQ(read(std::string(300, 'a'), rule), "ENAMETOOLONG");
  }
}

TEST_P(OpenBelow, FollowsLinksByRule) {
  for (const char* path : {"near", "sub/up", "folder/deep", "folder/up"}) {
    EXPECT_EQ(read(path, Symlinks::never), "ELOOP") << path;
    EXPECT_EQ(read(path, Symlinks::inside).size(), 4u) << path;
  }
  EXPECT_EQ(read("folder/up", Symlinks::inside), "page");
  EXPECT_EQ(read("folder", Symlinks::inside), "a folder");
}

TEST_P(OpenBelow, LeavesTheFolderOnlyIfTold) {
  for (const char* path : {"out", "out_and_in", "absolute"}) {
    EXPECT_EQ(read(path, Symlinks::never), "ELOOP") << path;
    EXPECT_EQ(read(path, Symlinks::inside), "EXDEV") << path;
  }
  EXPECT_EQ(read("out", Symlinks::anywhere), "secret");
  EXPECT_EQ(read("absolute", Symlinks::anywhere), "page");
  EXPECT_EQ(read("../secret", Symlinks::inside), "EXDEV");
  EXPECT_EQ(read("sub/../../secret", Symlinks::inside), "EXDEV");
  EXPECT_EQ(read("/etc/passwd", Symlinks::never), GetParam() ? "ENOENT" : "EXDEV");
}

TEST_P(OpenBelow, EndsWhereLinksGoRound) {
  EXPECT_EQ(read("round", Symlinks::inside), "ELOOP");
  EXPECT_EQ(read("round", Symlinks::anywhere), "ELOOP");
}

TEST_P(OpenBelow, NamesSpecialFilesWithoutOpeningThem) {
  EXPECT_EQ(read("fifo", Symlinks::inside), "something else");
  link("/dev/zero", "zero");
  EXPECT_EQ(read("zero", Symlinks::anywhere), "something else");
}

std::string kernel_name(const ::testing::TestParamInfo<bool>& info) {
  return info.param ? "WithoutOpenat2" : "WithOpenat2";
}
INSTANTIATE_TEST_SUITE_P(Kernel, OpenBelow, ::testing::Bool(), kernel_name);

}  // namespace
}  // namespace svc
