#include "cmd/svcctl/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "core/net/listener.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto finding(const std::string& setting, const std::string& words) {
  return AllOf(Field(&Finding::setting, setting), Field(&Finding::message, HasSubstr(words)));
}

class Checks : public ::testing::Test {
 protected:
  Checks() {
    config_.master.name = "test";
    config_.master.runtime_dir = dir_.file("run");
  }
  ServiceConfig& service() { return config_.services["one"]; }
  void listen_on(const std::string& address) {
    ListenEntry entry;
    entry.address = address;
    service().listen = {entry};
  }
  std::vector<Finding> check(AddressCheck addresses = AddressCheck::bound) {
    return check_installation(config_, addresses);
  }

  testing::TempDir dir_;
  Config config_;
};

TEST_F(Checks, FindNothingWhereNothingIsWrong) {
  listen_on("127.0.0.1:0");
  EXPECT_THAT(check(), IsEmpty());
  listen_on("unix:" + dir_.file("s"));
  EXPECT_THAT(check(), IsEmpty());
  listen_on("unix:@abstract");
  EXPECT_THAT(check(), IsEmpty());
}

TEST_F(Checks, FindAModuleThatIsMissingOrNone) {
  service().module_path = dir_.file("absent.so");
  EXPECT_THAT(check(), ElementsAre(finding("service.one.module", dir_.file("absent.so"))));
  std::ofstream(dir_.file("text.so")) << "no ELF file at all, but long enough to have a header....";
  service().module_path = dir_.file("text.so");
  EXPECT_THAT(check(), ElementsAre(finding("service.one.module", dir_.file("text.so"))));
}

TEST_F(Checks, FindASharedLibraryThatIsNoService) {
  service().module_path = "/proc/self/exe";
  EXPECT_EQ(check().size(), 1u);
}

TEST_F(Checks, FindATakenAddressUnlessItIsTheServersOwn) {
  const auto taken = Listener::open(*Address::parse("127.0.0.1:0"), {}, 1);
  ASSERT_TRUE(taken);
  listen_on(taken->address().text());
  EXPECT_THAT(check(), ElementsAre(finding("service.one.listen", "already in use")));
  EXPECT_THAT(check(AddressCheck::not_bound), IsEmpty());
}

TEST_F(Checks, FindAnAddressOfAnotherHost) {
  listen_on("192.0.2.1:80");
  EXPECT_THAT(check(), ElementsAre(finding("service.one.listen", "not an address of this host")));
}

TEST_F(Checks, FindWhereASocketFileCannotBe) {
  listen_on("unix:" + dir_.file("none/s"));
  EXPECT_THAT(check(), ElementsAre(finding("service.one.listen", dir_.file("none"))));
  std::ofstream(dir_.file("precious")) << "x";
  listen_on("unix:" + dir_.file("precious"));
  EXPECT_THAT(check(), ElementsAre(finding("service.one.listen", "no socket")));
}

TEST_F(Checks, FindALogThatCannotBeWritten) {
  config_.log.target = dir_.file("none/log");
  EXPECT_THAT(check(), ElementsAre(finding("log.target", dir_.file("none"))));
  config_.log.target = dir_.path();
  EXPECT_THAT(check(), ElementsAre(finding("log.target", "is a directory")));
  config_.log.target = dir_.file("log");
  EXPECT_THAT(check(), IsEmpty());
}

TEST_F(Checks, FindARuntimeDirectoryWithoutAParent) {
  config_.master.runtime_dir = dir_.file("a/b");
  EXPECT_THAT(check(), ElementsAre(finding("master.runtime_dir", dir_.file("a"))));
}

}  // namespace
}  // namespace svc
