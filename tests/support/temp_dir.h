// temp_dir.h — a directory of a test's own, gone with everything in it at the end.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace svc::testing {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const noexcept { return path_; }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  size_t entries() const;  // Directly in it.
  // Writes (or replaces, atomically) a file; returns its path.
  std::string write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

std::string read_file(const std::string& path);  // "" when there is none.

}  // namespace svc::testing
