// file.h — a file as an answer: ranges, validators, sendfile(2).
//
//   app.get("/report", [] { return svc::File("/srv/report.pdf").download("Report 2026.pdf"); });
//
// What follows from the file and the request is done here: Content-Type by the name, ETag and
// Last-Modified, 304 and 412 (If-None-Match, If-Match, If-Modified-Since, If-Unmodified-Since),
// 206 and 416 (Range, If-Range; several ranges as multipart/byteranges), HEAD. The file is opened
// in the pool and sent by the kernel after the handler has returned, however slow its client is.
// No such file: 404. No right to read it: 403. One that shrinks while it is sent: the connection is
// cut, nothing is made up.
//
// The path is the service's own word. A name that a client sent belongs into below(), which leaves
// its directory on no way: neither "..", nor a symbolic link, nor an absolute path.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/http/message.h"
#include "core/sdk/response.h"

namespace svc {

class ReadyFile;

class SVC_API File {
 public:
  explicit File(std::string path);
  // `relative` is looked up below `directory` (openat2(2), RESOLVE_BENEATH); what leads out of it
  // isn't there: 404.
  static File below(std::string directory, std::string relative);
  // A descriptor of a regular file, open for reading; `name` is where its type is taken from.
  explicit File(Fd file, std::string name = {});

  File& type(std::string_view media_type) &;  // Instead of what the name says.
  File& download(std::string_view name) &;    // Saved under that name, whatever is in it.
  File& header(std::string_view name, std::string_view value) &;  // Checked as in Response.
  File& etag(std::string_view tag) &;  // Instead of one of size and time; without quotes.
  // What is in the file is another one, compressed ("gzip", "br"): Content-Encoding, and a tag that
  // is not the plain file's, whatever their sizes and times (RFC 9110 8.8.3.3).
  File& encoded(std::string_view coding) &;
  File&& type(std::string_view media_type) && { return std::move(type(media_type)); }
  File&& download(std::string_view name) && { return std::move(download(name)); }
  File&& header(std::string_view name, std::string_view value) && {
    return std::move(header(name, value));
  }
  File&& etag(std::string_view tag) && { return std::move(etag(tag)); }
  File&& encoded(std::string_view coding) && { return std::move(encoded(coding)); }

  // The answer to `request`. Opens the file: in the pool. Throws Problem 403, 404, 412, 416, 503,
  // or std::runtime_error for what else open(2) and fstat(2) say.
  Response respond_to(const RequestHead& request) &&;
  // The same for many requests, for builtins (core/sdk/ready_file.h). Throws Problem 403, 404, 503,
  // and the same.
  ReadyFile ready() &&;

 private:
  Fd open() const;

  std::string directory_;  // Of below(); else empty.
  std::string path_;       // Or the name of file_.
  Fd file_;
  Response response_;
  std::string etag_;
  std::string coding_;
};

}  // namespace svc
