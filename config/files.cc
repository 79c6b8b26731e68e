#include "config/files.h"

#include <climits>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/sys.h"
#include "core/base/units.h"

namespace svc {
namespace {

class DiskFiles final : public FileSource {
 public:
  Result<std::string> read(const std::string& path, size_t size_max) const override {
    return read_file(path, size_max);
  }
  Result<std::string> real_path(const std::string& path) const override {
    char resolved[PATH_MAX];
    if (sys::realpath(path.c_str(), resolved) == nullptr)
      return Error::from_errno("realpath " + path);
    return std::string(resolved);
  }
  bool is_file(const std::string& path) const override {
    struct stat facts;
    return sys::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
  }
};

}  // namespace

const FileSource& FileSource::disk() noexcept {
  static const DiskFiles files;
  return files;
}

std::string why_unreadable(const Error& error, size_t size_max) {
  switch (error.code) {
    case std::errc::file_too_large:
      return "it is larger than " + format_size(size_max);
    case std::errc::is_a_directory:
      return "it is a directory";
    case std::errc::invalid_argument:
      return "it is not a regular file";
    default:
      return std::make_error_code(error.code).message();
  }
}

std::string join_path(const std::string& directory, const std::string& path) {
  return (std::filesystem::path(directory) / path).lexically_normal().string();
}

std::string path_from(const std::string& directory, const std::string& path) {
  return (std::filesystem::path(directory) / path).string();
}

std::string directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

std::string file_name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace svc
