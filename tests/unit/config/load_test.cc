#include "config/load.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "core/base/fault.h"
#include "tests/unit/config/memory_files.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using testing::kOneService;
using testing::load_text;

TEST(ConfigLoad, FillsAllThatIsNotSaidWithDefaults) {
  const auto config = load_text(kOneService);
  ASSERT_TRUE(config) << config.error().text();
  const ServiceConfig& service = config->services.at("a");
  EXPECT_EQ(service.name, "a");
  EXPECT_EQ(service.threads, 4U);
  EXPECT_EQ(service.backlog, 1024U);
  EXPECT_EQ(service.boot_timeout, 30s);
  EXPECT_EQ(service.heartbeat_interval, 1s);
  EXPECT_EQ(service.heartbeat_timeout, 10s);
  EXPECT_EQ(service.graceful_timeout, 25s);
  EXPECT_EQ(service.max_requests_jitter, 10U);
  EXPECT_EQ(service.connections_max, 10'000U);
  EXPECT_EQ(service.http.keepalive_timeout, 75s);
  EXPECT_EQ(service.http.header_timeout, 15s);
  EXPECT_EQ(service.http.request_line_max, 8192U);
  EXPECT_EQ(service.http.headers_max, 32768U);
  EXPECT_EQ(service.http.header_count_max, 100U);
  EXPECT_EQ(service.http.body_max, 1048576U);
  EXPECT_EQ(config->master.orphan_timeout, 60s);
  EXPECT_EQ(config->master.name, "app");
  EXPECT_EQ(config->master.runtime_dir, "/tmp/svcd-1000");
  EXPECT_EQ(config->file, "/etc/app.toml");
  EXPECT_EQ(config->files, std::vector<std::string>{"/etc/app.toml"});
}

TEST(ConfigLoad, TellsAllErrorsAtOnceInTheirOrder) {
  const auto config = load_text("[log]\nlevel = 'x'\n[service.a]\nthreads = 0\nnope = ${X}\n");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().list().size(), 1U) << "what is no TOML is no more than that";
  const auto other = load_text("[service.a]\nthreads = 0\nnope = '${X}'\n[log]\nlevel = 'x'\n");
  ASSERT_FALSE(other);
  uint32_t line = 0;
  for (const ConfigError& error : other.error().list()) {
    EXPECT_GE(error.place.line, line);
    line = error.place.line;
  }
  EXPECT_EQ(line, 5U);
}

TEST(ConfigLoad, PutsAllErrorsIntoOneResult) {
  testing::MemoryFiles files;
  files.put("/etc/app.toml", "[log]\nlevel = 'x'\n");
  const auto config = load_config(testing::request_in(files));
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().text, HasSubstr("app.toml:1:1: there is no service"));
  EXPECT_THAT(config.error().text, HasSubstr("\napp.toml:2:9: log.level must be one of"));
}

TEST(ConfigLoad, RefusesWhatWouldNotFitThroughThePipe) {
  testing::MemoryFiles files;
  std::string text = kOneService + "[service.a.options]\n";
  for (int i = 0; i < 100; ++i) text += "k" + std::to_string(i) + " = '${file:large}'\n";
  files.put("/etc/app.toml", text);
  files.put("/etc/large", std::string(60'000, 'x'));
  const auto config = load(testing::request_in(files));
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().text(),
            "app.toml: the configuration is larger than 4MiB once everything is expanded");
}

// Each error has its line looked up and its hint thought out, which must not happen 90,000 times.
TEST(ConfigLoad, CountsErrorsBeyondTheBoundWithoutWordingThem) {
  std::string text = "[service.a]\n";
  for (int i = 0; i < 50'000; ++i) text += "k" + std::to_string(i) + " = '${X}'\n";
  const auto config = load_text(text);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().list().size(), ConfigErrors::kErrorsMax);
  EXPECT_GT(config.error().omitted(), 49'000U);
}

TEST(ConfigLoad, PutsRuntimeFilesWhereTheUserMayWrite) {
  EXPECT_EQ(default_runtime_dir({{"XDG_RUNTIME_DIR", "/run/user/7"}}, 7), "/run/user/7/svcd");
  EXPECT_EQ(default_runtime_dir({{"XDG_RUNTIME_DIR", "relative"}}, 7), "/tmp/svcd-7");
  EXPECT_EQ(default_runtime_dir({}, 7), "/tmp/svcd-7");
  EXPECT_EQ(default_runtime_dir({{"XDG_RUNTIME_DIR", "/run/user/0"}}, 0), "/run/svcd");
}

TEST(ConfigLoad, KnowsTheProcessThatAsks) {
  ::setenv("SVC_TEST_LOAD", "a=b", 1);
  const LoadRequest request = load_request("x.toml");
  EXPECT_EQ(request.path, "x.toml");
  EXPECT_EQ(request.environment.at("SVC_TEST_LOAD"), "a=b");
  EXPECT_EQ(request.working_directory, std::filesystem::current_path().string());
  EXPECT_EQ(request.module_dirs.size(), 2U);
  EXPECT_EQ(request.user, ::geteuid());
}

// Root may read anything, so the refusal comes from the door to system calls.
TEST(ConfigLoad, SaysThatAFileIsNotToBeReadByUs) {
  char path[] = "/tmp/svc-load-XXXXXX";
  const std::string directory = ::mkdtemp(path);
  std::ofstream(directory + "/x.toml") << kOneService;
  sys::fault::fail_nth(1, "open", EACCES);
  const auto config = load(load_request(directory + "/x.toml"));
  sys::fault::never();
  std::filesystem::remove_all(directory);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().text(),
            directory + "/x.toml: cannot read the configuration: Permission denied");
}

// The files that ship with the project, with the modules where a build puts them.
TEST(ConfigLoad, LoadsEveryEnvironmentOfTheProject) {
  for (const std::string name : {"development", "staging", "production"}) {
    LoadRequest request;
    request.path = std::string(SVC_SOURCE_DIR) + "/config/environments/" + name + ".toml";
    char path[] = "/tmp/svc-load-XXXXXX";
    const std::string directory = ::mkdtemp(path);
    for (const std::string module : {"demo", "tasks", "users"})
      std::ofstream(directory + "/" + module + ".so") << "";
    request.module_dirs = {directory};
    request.builtins = {"admin"};
    const auto config = load(request);
    std::filesystem::remove_all(directory);
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->master.name, name);
    EXPECT_EQ(config->services.at("demo").module, "demo.so");
  }
}

TEST(ConfigLoad, ServesTheDemoOnPort8080InDevelopment) {
  testing::MemoryFiles files;
  const std::string directory = std::string(SVC_SOURCE_DIR) + "/config/environments/";
  for (const std::string name : {"base.toml", "development.toml"})
    files.put("/etc/" + name, FileSource::disk().read(directory + name, 100'000).value());
  for (const std::string module : {"demo", "tasks", "users"})
    files.put("/services/" + module + ".so", "");
  LoadRequest request = testing::request_in(files);
  request.path = "development.toml";
  request.builtins = {"admin"};
  const auto config = load(request);
  ASSERT_TRUE(config) << config.error().text();
  EXPECT_EQ(config->services.at("demo").listen.at(0).address, "127.0.0.1:8080");
  EXPECT_EQ(config->services.at("demo").module_path, "/services/demo.so");
  EXPECT_EQ(config->log.target, "stderr");
}

}  // namespace
}  // namespace svc
