// config_fuzz.cc — any text as a configuration, and any text as what comes out of the reload's
// pipe.
//
// The input is parts between bytes 0xFF (which no TOML can have): the file, what it may extend
// (base.toml), variables NAME=value a line, overrides a line. An input that begins with the magic
// of wire.h goes to deserialize() instead. No file is touched.
//
// Beyond not crashing: what loads goes through the pipe unchanged, and what `config show` prints of
// it loads again, to the same values.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diff.h"
#include "config/emit.h"
#include "config/load.h"
#include "config/wire.h"
#include "core/base/check.h"

namespace svc {
namespace {

class TwoFiles final : public FileSource {
 public:
  TwoFiles(std::string file, std::string base) : file_(std::move(file)), base_(std::move(base)) {}

  Result<std::string> read(const std::string& path, size_t size_max) const override {
    const std::string real = join_path("/", path);
    const std::string& text = real == "/etc/app.toml" ? file_ : base_;
    if (!is_file(path) || text.size() > size_max)
      return Error::of(std::errc::no_such_file_or_directory, path);
    return text;
  }
  Result<std::string> real_path(const std::string& path) const override {
    if (!is_file(path)) return Error::of(std::errc::no_such_file_or_directory, path);
    return join_path("/", path);
  }
  bool is_file(const std::string& path) const override {
    const std::string real = join_path("/", path);
    return real == "/etc/app.toml" || real == "/etc/base.toml" || real == "/services/a.so";
  }

 private:
  std::string file_, base_;
};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

LoadRequest request_for(const FileSource& files) {
  LoadRequest request;
  request.path = "app.toml";
  request.working_directory = "/etc";
  request.environment = {{"A", "1"}, {"HOME", "/home/x"}};
  request.builtins = {"echo"};
  request.module_dirs = {"/services"};
  request.user = 1000;
  request.files = &files;
  return request;
}

void check_shown(const Config& config, const std::string& base) {
  const TwoFiles files(show_config(config, true), base);
  const auto again = load(request_for(files));
  if (!again) std::fputs((again.error().text() + "\n" + show_config(config, true)).c_str(), stderr);
  SVC_CHECK(again.has_value());
  SVC_CHECK(diff(config, *again).empty());
}

void fuzz_load(std::string_view input) {
  std::vector<std::string> parts = split(input, '\xff');
  parts.resize(4);
  const TwoFiles files(parts[0], parts[1]);
  LoadRequest request = request_for(files);
  for (const std::string& line : split(parts[2], '\n'))
    if (const size_t equals = line.find('='); equals != line.npos)
      request.environment["SVC_" + line.substr(0, equals)] = line.substr(equals + 1);
  if (!parts[3].empty()) request.overrides = split(parts[3], '\n');

  const auto config = load(request);
  if (!config) {
    SVC_CHECK(!config.error().empty());
    SVC_CHECK(!config.error().text().empty());
    return;
  }
  const std::string text = serialize(*config);
  const auto copy = deserialize(text);
  SVC_CHECK(copy.has_value());
  SVC_CHECK(serialize(*copy) == text);
  check_shown(*config, parts[1]);
}

}  // namespace
}  // namespace svc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (!input.starts_with("svcd-config")) {
    svc::fuzz_load(input);
    return 0;
  }
  if (const auto config = svc::deserialize(input)) {
    const std::string text = svc::serialize(*config);
    const auto again = svc::deserialize(text);
    SVC_CHECK(again.has_value());
    SVC_CHECK(svc::serialize(*again) == text);
    SVC_CHECK(!svc::show_config(*config, true).empty());
  }
  return 0;
}
