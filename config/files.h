// files.h — where configuration files come from: the disk, or a test's own hands.
//
// Why: everything else of loading is a function of its inputs, so that tests and fuzzers need no
// file system, and so that each file read has one bound and one set of sentences.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

class SVC_API FileSource {
 public:
  virtual ~FileSource() = default;
  // The whole file, which must be a regular one, so that no pipe can stall the reader. Errors by
  // code: file_too_large, is_a_directory, invalid_argument (no file at all), else an errno.
  virtual Result<std::string> read(const std::string& path, size_t size_max) const = 0;
  virtual Result<std::string> real_path(const std::string& path) const = 0;  // realpath(3)
  virtual bool is_file(const std::string& path) const = 0;

  static const FileSource& disk() noexcept;
};

// What went wrong, without the path: "Permission denied", "it is larger than 1MiB".
SVC_API std::string why_unreadable(const Error& error, size_t size_max);

// "a/b" + "../c.toml" = "a/c.toml": lexically, so that messages stay as short as what was written.
// For opening, use path_from(): a ".." behind a symbolic link is not what it seems.
SVC_API std::string join_path(const std::string& directory, const std::string& path);
SVC_API std::string path_from(const std::string& directory, const std::string& path);
SVC_API std::string directory_of(const std::string& path);  // "." when there is no slash.
SVC_API std::string file_name_of(const std::string& path);

}  // namespace svc
