// memory_files.h — files that exist only in a test, and a way to load one of them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "config/files.h"
#include "config/load.h"
#include "config/options.h"
#include "config/toml_reader.h"

namespace svc::testing {

class MemoryFiles final : public FileSource {
 public:
  void put(const std::string& path, std::string text) { texts_[path] = std::move(text); }
  void fail(const std::string& path, std::errc code) { failures_[path] = code; }

  Result<std::string> read(const std::string& path, size_t size_max) const override {
    const std::string key = join_path("/", path);
    if (const auto failure = failures_.find(key); failure != failures_.end())
      return Error::of(failure->second, "read " + path);
    const auto found = texts_.find(key);
    if (found == texts_.end())
      return Error::of(std::errc::no_such_file_or_directory, "open " + path);
    if (found->second.size() > size_max)
      return Error::of(std::errc::file_too_large, "read " + path);
    return found->second;
  }
  Result<std::string> real_path(const std::string& path) const override {
    const std::string key = join_path("/", path);
    if (!texts_.contains(key) && !failures_.contains(key))
      return Error::of(std::errc::no_such_file_or_directory, "realpath " + path);
    return key;
  }
  bool is_file(const std::string& path) const override {
    return texts_.contains(join_path("/", path));
  }

 private:
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::errc> failures_;
};

// For the file /etc/app.toml among `files`; knows the builtin "echo".
inline LoadRequest request_in(const MemoryFiles& files) {
  LoadRequest request;
  request.path = "app.toml";
  request.working_directory = "/etc";
  request.builtins = {"echo"};
  request.module_dirs = {"/bin/../services", "/lib/svcd/services"};
  request.user = 1000;
  request.files = &files;
  return request;
}

inline const std::string kOneService =
    "[service.a]\nbuiltin = \"echo\"\nlisten = [\"127.0.0.1:1\"]\n";

// The text as a file of its own.
inline std::expected<Config, ConfigErrors> load_text(const std::string& text) {
  MemoryFiles files;
  files.put("/etc/app.toml", text);
  return load(request_in(files));
}

// The tree of a file "app.toml" in /etc; an empty one if it is no TOML.
inline Node tree_of(std::string text) {
  const auto source = std::make_shared<const SourceText>(
      SourceText{OriginKind::file, "app.toml", "/etc/app.toml", "/etc", std::move(text)});
  ConfigErrors errors;
  auto node = parse_toml(source, errors);
  return node ? *std::move(node) : Node{.source = source};
}

}  // namespace svc::testing
