#include "core/sdk/file.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <stdexcept>

#include "core/base/result.h"
#include "core/base/sys.h"
#include "core/http/http_date.h"
#include "core/sdk/conditional.h"
#include "core/sdk/content_disposition.h"
#include "core/sdk/mime_types.h"
#include "core/sdk/problem.h"
#include "core/sdk/ready_file.h"

namespace svc {
namespace {

// Without O_NONBLOCK a FIFO would be waited for, and a terminal would become ours.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

[[noreturn]] void refuse_open(const std::string& path) {
  switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EXDEV:   // Out of the directory.
    case EINVAL:  // No name.
      throw Problem(404, "there is no such file");
    case EACCES:
    case EPERM:
      throw Problem(403, "this file is not for everybody");
    case EMFILE:
    case ENFILE:
      throw Problem(503, "the service is overloaded").header("Retry-After", "1");
    default:
      throw std::runtime_error(Error::from_errno("open " + path).text);
  }
}

struct FileFacts {
  uint64_t size = 0;
  int64_t modified_s = 0;   // Since 1970.
  int64_t modified_ns = 0;  // The part of a second.
};

FileFacts facts_of(const Fd& file) {
  struct stat status {};
  if (sys::fstat(file.get(), &status) != 0) {
    throw std::runtime_error(Error::from_errno("fstat a file to be sent").text);
  }
  if (!S_ISREG(status.st_mode)) throw Problem(404, "there is no such file");
  return {static_cast<uint64_t>(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

// The same on every host that has got the file with its time.
std::string etag_of(const FileFacts& facts, std::string_view coding) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string tag;
  const auto append_hex = [&](uint64_t value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      const uint64_t digit = (value >> shift) & 15;
      if (digit != 0 || (!tag.empty() && tag.back() != '-') || shift == 0) tag += kDigits[digit];
    }
  };
  append_hex(static_cast<uint64_t>(facts.modified_s) * 1'000'000'000 +
             static_cast<uint64_t>(facts.modified_ns));
  tag += '-';
  append_hex(facts.size);
  if (!coding.empty()) tag.append("-").append(coding);
  return tag;
}

// What a client should have soon is fetched while its answer is being written.
void read_ahead(const Fd& file, uint64_t offset) {
  constexpr off_t kAhead = 512 * 1024;
  sys::fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  sys::fadvise(file.get(), static_cast<off_t>(offset), kAhead, POSIX_FADV_WILLNEED);
}

}  // namespace

File::File(std::string path) : path_(std::move(path)) {}

File::File(Fd file, std::string name) : path_(std::move(name)), file_(std::move(file)) {}

File File::below(std::string directory, std::string relative) {
  File file(std::move(relative));
  file.directory_ = std::move(directory);
  return file;
}

File& File::type(std::string_view media_type) & {
  response_.header("Content-Type", media_type);
  return *this;
}

File& File::download(std::string_view name) & {
  response_.header("Content-Disposition", content_disposition("attachment", name));
  return *this;
}

File& File::header(std::string_view name, std::string_view value) & {
  response_.header(name, value);
  return *this;
}

File& File::etag(std::string_view tag) & {
  etag_ = quoted_etag(tag);
  return *this;
}

File& File::encoded(std::string_view coding) & {
  coding_ = coding;
  return header("Content-Encoding", coding);
}

Fd File::open() const {
  if (path_.find('\0') != std::string::npos) throw Problem(404, "there is no such file");
  if (directory_.empty()) {
    Fd file(sys::open(path_.c_str(), kOpenFlags));
    if (!file) refuse_open(path_);
    return file;
  }
  const Fd directory(sys::open(directory_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) throw std::runtime_error(Error::from_errno("open " + directory_).text);
  Fd file(sys::open_beneath(directory.get(), path_.c_str(), kOpenFlags));
  if (!file) refuse_open(directory_ + "/" + path_);
  return file;
}

ReadyFile File::ready() && {
  auto file = std::make_shared<const Fd>(file_ ? std::move(file_) : open());
  const FileFacts facts = facts_of(*file);
  Validators validators;
  validators.etag = etag_.empty() ? quoted_etag(etag_of(facts, coding_)) : etag_;
  // Never of the future: RFC 9110 8.8.2.1.
  validators.modified_s = std::min<int64_t>(facts.modified_s, std::time(nullptr));

  Response answer = std::move(response_);
  answer.header("ETag", validators.etag);
  answer.header("Last-Modified", date_text(http_date(*validators.modified_s)));
  answer.header("Accept-Ranges", "bytes");
  if (!answer.header("Content-Type")) answer.header("Content-Type", mime_type(path_));
  if (facts.size > 0) read_ahead(*file, 0);
  return {std::move(file), facts.size, std::move(validators), std::move(answer)};
}

Response File::respond_to(const RequestHead& request) && {
  Response answer = std::move(*this).ready().respond_to(request);
  for (const BodyPiece& piece : answer.pieces()) {
    if (piece.file == nullptr) continue;
    if (piece.offset > 0) read_ahead(*piece.file, piece.offset);
    break;
  }
  return answer;
}

}  // namespace svc
