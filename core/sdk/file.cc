#include "core/sdk/file.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <stdexcept>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/sys.h"
#include "core/http/byte_ranges.h"
#include "core/http/http_date.h"
#include "core/http/preconditions.h"
#include "core/sdk/conditional.h"
#include "core/sdk/content_disposition.h"
#include "core/sdk/mime_types.h"
#include "core/sdk/problem.h"

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

std::string content_range(const ByteRange& part, uint64_t size) {
  return "bytes " + std::to_string(part.first) + "-" +
         std::to_string(part.first + part.length - 1) + "/" + std::to_string(size);
}

// What a client should have soon is fetched while its answer is being written.
void read_ahead(const BodyPiece& piece) {
  constexpr uint64_t kAhead = 512 * 1024;
  sys::fadvise(piece.file->get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  sys::fadvise(piece.file->get(), static_cast<off_t>(piece.offset),
               static_cast<off_t>(std::min(piece.length, kAhead)), POSIX_FADV_WILLNEED);
}

// RFC 9110 14.6.
std::vector<BodyPiece> multipart(const std::vector<BodyPiece>& parts, std::string_view type,
                                 std::string_view boundary, uint64_t size) {
  std::vector<BodyPiece> pieces;
  for (const BodyPiece& part : parts) {
    std::string head = pieces.empty() ? "--" : "\r\n--";
    head.append(boundary).append("\r\nContent-Type: ").append(type);
    head.append("\r\nContent-Range: ").append(content_range({part.offset, part.length}, size));
    pieces.push_back({.text = std::move(head.append("\r\n\r\n"))});
    pieces.push_back(part);
  }
  pieces.push_back({.text = "\r\n--" + std::string(boundary) + "--\r\n"});
  return pieces;
}

}  // namespace

FileFacts facts_of(const Fd& file) {
  struct stat status {};
  if (sys::fstat(file.get(), &status) != 0) {
    throw std::runtime_error(Error::from_errno("fstat a file to be sent").text);
  }
  if (!S_ISREG(status.st_mode)) throw Problem(404, "there is no such file");
  return {static_cast<uint64_t>(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

File::File(std::string path) : path_(std::move(path)) {}

File::File(Fd file, std::string name) : path_(std::move(name)), file_(std::move(file)) {}

File::File(std::shared_ptr<const Fd> file, const FileFacts& facts, std::string name)
    : path_(std::move(name)), shared_(std::move(file)), facts_(facts) {}

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

Response File::respond_to(const RequestHead& request) && {
  const bool is_known = shared_ != nullptr;
  const auto file =
      is_known ? std::move(shared_) : std::make_shared<const Fd>(file_ ? std::move(file_) : open());
  const FileFacts facts = is_known ? facts_ : facts_of(*file);
  const int64_t now_s = std::time(nullptr);
  Validators validators;
  validators.etag = etag_.empty() ? quoted_etag(etag_of(facts, coding_)) : etag_;
  validators.modified_s = std::min(facts.modified_s, now_s);  // Never of the future: 8.8.2.1.

  Response answer = std::move(response_);
  answer.header("ETag", validators.etag);
  answer.header("Last-Modified", date_text(http_date(*validators.modified_s)));
  const bool is_read = request.method == Method::get || request.method == Method::head;
  if (is_read && apply_preconditions(request, validators, now_s, answer)) return answer;

  answer.header("Accept-Ranges", "bytes");
  if (!answer.header("Content-Type")) answer.header("Content-Type", mime_type(path_));
  std::vector<BodyPiece> parts;
  WantedRanges wanted;
  if (request.method == Method::get && request.count("Range") == 1 &&
      range_still_fits(request, validators, now_s)) {
    wanted = parse_byte_ranges(*request.header("Range"), facts.size);
  }
  if (wanted.kind == WantedRanges::Kind::unsatisfiable) {
    throw Problem(416, "the file has " + std::to_string(facts.size) + " bytes")
        .header("Content-Range", "bytes */" + std::to_string(facts.size));
  }
  if (wanted.kind == WantedRanges::Kind::whole) wanted.parts = {{0, facts.size}};
  for (const ByteRange& part : wanted.parts) {
    parts.push_back({.file = file, .offset = part.first, .length = part.length});
  }
  if (facts.size > 0 && !is_known) read_ahead(parts.front());
  if (wanted.kind == WantedRanges::Kind::parts) {
    answer.status(206);
    if (parts.size() == 1) {
      answer.header("Content-Range", content_range(wanted.parts.front(), facts.size));
    } else {
      const std::string boundary = random_hex(16);
      parts = multipart(parts, *answer.header("Content-Type"), boundary, facts.size);
      answer.header("Content-Type", "multipart/byteranges; boundary=" + boundary);
    }
  }
  answer.pieces(std::move(parts));
  return answer;
}

}  // namespace svc
