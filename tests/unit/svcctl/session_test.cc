#include "cmd/svcctl/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <fstream>

#include "cmd/svcctl/commands.h"
#include "core/base/fd.h"
#include "core/base/sys.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    write("[master]\nname = \"shop\"\nruntime_dir = \"" + runtime_ +
          "\"\n[service.one]\nmodule = \"/bin/true\"\nlisten = [\"127.0.0.1:0\"]\n");
  }
  ~SessionTest() override { remove_pointer(runtime_, pointer()); }
  void write(const std::string& text) { std::ofstream(file_, std::ios::trunc) << text; }
  Session session(const std::string& runtime_dir = "") const {
    Invocation invocation;
    invocation.config = file_;
    invocation.runtime_dir = runtime_dir;
    invocation.colour = "never";
    return Session(invocation);
  }
  MasterPointer pointer() const { return {file_, "shop", runtime_ + "/shop/control"}; }

  testing::TempDir dir_;
  std::string file_ = dir_.file("shop.toml");
  std::string runtime_ = dir_.file("run");
};

TEST_F(SessionTest, FindsNoMasterWhereNoneLeftATrace) {
  const auto found = session().master();
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_FALSE(*found);
  const auto answer = session().ask({"status", {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, std::errc::no_such_process);
  EXPECT_THAT(answer.error().text, HasSubstr("svcctl -c " + file_ + " start"));
}

TEST_F(SessionTest, FindsAMasterWhoseConfigurationIsBrokenByNow) {
  ASSERT_TRUE(write_pointer(runtime_, pointer()));
  write("this is = not [ TOML");
  const auto found = session(runtime_).master();
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->control, pointer().control);
}

TEST_F(SessionTest, FindsAMasterWhoseConfigurationIsGone) {
  ASSERT_TRUE(write_pointer(runtime_, pointer()));
  std::filesystem::remove(file_);
  const auto found = session(runtime_).master();
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->name, "shop");
}

TEST_F(SessionTest, FindsAMasterWhoseEnvironmentIsGone) {
  const std::string folder = std::filesystem::canonical(SVC_SOURCE_DIR "/config/environments");
  const MasterPointer gone{folder + "/gone.toml", "gone", runtime_ + "/gone/control"};
  ASSERT_TRUE(write_pointer(runtime_, gone));
  Invocation invocation;
  invocation.environment = "gone";
  invocation.runtime_dir = runtime_;
  const auto found = Session(invocation).master();
  remove_pointer(runtime_, gone);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->control, gone.control);
  const auto none = Session(invocation).master();
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().text, HasSubstr("there is no environment \"gone\""));
}

TEST_F(SessionTest, FindsAMasterThroughASymbolicLinkToItsFile) {
  ASSERT_TRUE(write_pointer(runtime_, pointer()));
  std::filesystem::create_symlink(file_, dir_.file("link.toml"));
  Invocation invocation;
  invocation.config = dir_.file("link.toml");
  invocation.runtime_dir = runtime_;
  const auto found = Session(invocation).master();
  ASSERT_TRUE(found && *found);
}

TEST_F(SessionTest, FindsAMasterByItsNameWhenThePointerWasSweptAway) {
  ASSERT_TRUE(make_runtime_dirs(runtime_, "shop"));
  std::ofstream(runtime_ + "/shop/control");
  const auto found = session().master();
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->control, pointer().control);
}

TEST_F(SessionTest, APointerOfADeadMasterIsNoMaster) {
  ASSERT_TRUE(write_pointer(runtime_, pointer()));
  const auto answer = session(runtime_).ask({"status", {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, std::errc::no_such_process);
}

TEST_F(SessionTest, SaysOfAMasterThatLeftItsSocketThatItHasDied) {
  ASSERT_TRUE(make_runtime_dirs(runtime_, "shop"));
  ASSERT_TRUE(write_pointer(runtime_, pointer()));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  pointer().control.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const Fd nobody(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(nobody.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  const auto answer = session(runtime_).ask({"status", {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, std::errc::no_such_process);
  EXPECT_THAT(answer.error().text, HasSubstr("its master has died"));
}

TEST(Explanation, BeginsWithTheFirstLineThatBeginsWithABlank) {
  const std::vector<std::string> told = {"booting 1 worker", "    lisen = 1", "    ^ oh",
                                         "a.toml:2:1: b"};
  EXPECT_EQ(explanation_in(told), std::vector(told.begin() + 1, told.end()));
  EXPECT_TRUE(explanation_in({"booting 1 worker"}).empty());
}

TEST_F(SessionTest, MistakesAreJsonWhenJsonWasAskedFor) {
  Invocation invocation;
  invocation.json = true;
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(Session(invocation).fail(kFailed, "it \"broke\""), kFailed);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "{\"error\":\"it \\\"broke\\\"\"}\n");
}

}  // namespace
}  // namespace svc
