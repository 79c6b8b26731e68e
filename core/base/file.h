// file.h — whole files: read with a bound, written so that a reader sees all or nothing.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

// The file's bytes. Never waits: a FIFO, a socket or a directory is refused before the first read.
// Errors, all with the path: what open(2), fstat(2), read(2) say; file_too_large for more than
// `size_max` bytes; invalid_argument for what is no file.
SVC_API Result<std::string> read_file(const std::string& path, size_t size_max);

// Reads `fd` to its end, as it blocks or not. `name` is for the error's text. Errors as above.
SVC_API Result<std::string> read_all(int fd, size_t size_max, std::string_view name);

// Writes all of `data` to `fd`. Errors: what write(2) says, EAGAIN too; part may be written then.
SVC_API Result<> write_all(int fd, std::string_view data, std::string_view name);

// Replaces the file, or makes it: `data` goes to a new file in the same directory, is forced to
// the disk and renamed over `path`. What was there before stays if any step fails.
// `mode` is what the file has afterwards, whatever the umask.
// Errors: what open(2), write(2), fchmod(2), fsync(2), rename(2) say, with the path.
SVC_API Result<> write_file(const std::string& path, std::string_view data, mode_t mode = 0644);

// For what is cleaned up on the way out: what can't be removed is named in the log, as a warning.
// Nothing at the path is well.
SVC_API void remove_file(const std::string& path) noexcept;

}  // namespace svc
