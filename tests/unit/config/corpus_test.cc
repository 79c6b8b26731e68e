// Every tests/corpus/config/NAME.toml is loaded; what comes out (the values and who set them, or
// the errors) is NAME.expected. NAME.env holds variables, NAME.set command line overrides. A new
// case is new files; SVC_TEST_UPDATE=1 writes the expectation of what is there, to be read before
// it is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/emit.h"
#include "config/files.h"
#include "config/load.h"
#include "config/wire.h"

namespace svc {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = fs::path(SVC_SOURCE_DIR) / "tests/corpus/config";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCorpus))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

// The corpus as it would be in /w: what is expected depends on no checkout's path.
class CorpusFiles final : public FileSource {
 public:
  Result<std::string> read(const std::string& path, size_t size_max) const override {
    return FileSource::disk().read(mapped(path), size_max);
  }
  Result<std::string> real_path(const std::string& path) const override {
    SVC_TRY(const std::string real, FileSource::disk().real_path(mapped(path)));
    const std::string home = fs::canonical(kCorpus).string();
    return real.starts_with(home) ? kHome + real.substr(home.size()) : real;
  }
  bool is_file(const std::string& path) const override {
    return FileSource::disk().is_file(mapped(path));
  }

  static inline const std::string kHome = "/w";

 private:
  static std::string mapped(const std::string& path) {
    return path.starts_with(kHome + "/") ? kCorpus.string() + path.substr(kHome.size()) : path;
  }
};

LoadRequest request_for(const std::string& name) {
  static const CorpusFiles files;
  LoadRequest request;
  request.files = &files;
  request.path = name + ".toml";
  request.working_directory = CorpusFiles::kHome;
  request.environment = {
      {"HOME_NAME", "shop"}, {"THREADS", "3"}, {"PARTS", "parts"}, {"NAME", "x"}};
  request.builtins = {"echo"};
  request.module_dirs = {"/w/services"};
  request.user = 1000;
  for (const std::string& line : lines_of(kCorpus / (name + ".env")))
    request.environment[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  request.overrides = lines_of(kCorpus / (name + ".set"));
  return request;
}

std::string outcome(const std::string& name) {
  const auto config = load(request_for(name));
  if (!config) return config.error().text() + "\n";
  const auto copy = deserialize(serialize(*config));
  EXPECT_TRUE(copy && *copy == *config) << "the text for the pipe reads back to something else";
  return show_config(*config, true);
}

class ConfigCorpus : public ::testing::TestWithParam<std::string> {};

TEST_P(ConfigCorpus, SaysWhatIsExpected) {
  const std::string actual = outcome(GetParam());
  const fs::path expected = kCorpus / (GetParam() + ".expected");
  if (std::getenv("SVC_TEST_UPDATE") != nullptr)
    std::ofstream(expected, std::ios::binary) << actual;
  EXPECT_EQ(actual, read(expected));
}

TEST_P(ConfigCorpus, NamesItselfAfterItsOutcome) {
  const bool good = load(request_for(GetParam())).has_value();
  EXPECT_EQ(good, GetParam().starts_with("good_"));
}

INSTANTIATE_TEST_SUITE_P(Files, ConfigCorpus, ::testing::ValuesIn(cases()),
                         [](const auto& file) { return file.param; });

}  // namespace
}  // namespace svc
