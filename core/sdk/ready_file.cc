#include "core/sdk/ready_file.h"

#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/http/byte_ranges.h"
#include "core/sdk/conditional.h"
#include "core/sdk/problem.h"

namespace svc {
namespace {

std::string content_range(const ByteRange& part, uint64_t size) {
  return "bytes " + std::to_string(part.first) + "-" +
         std::to_string(part.first + part.length - 1) + "/" + std::to_string(size);
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

ReadyFile::ReadyFile(std::shared_ptr<const Fd> file, uint64_t size, Validators validators,
                     Response answer)
    : file_(std::move(file)),
      size_(size),
      validators_(std::move(validators)),
      answer_(std::move(answer)) {}

bool ReadyFile::fits_range(const RequestHead& request, int64_t now_s) const {
  return request.method == Method::get && request.count("Range") == 1 &&
         range_still_fits(request, validators_, now_s);
}

Response ReadyFile::respond_to(const RequestHead& request) const {
  const int64_t now_s = std::time(nullptr);
  Response answer = answer_;
  const bool is_read = request.method == Method::get || request.method == Method::head;
  if (is_read && apply_preconditions(request, validators_, now_s, answer)) return answer;

  WantedRanges wanted;
  if (fits_range(request, now_s)) wanted = parse_byte_ranges(*request.header("Range"), size_);
  if (wanted.kind == WantedRanges::Kind::unsatisfiable) {
    throw Problem(416, "the file has " + std::to_string(size_) + " bytes")
        .header("Content-Range", "bytes */" + std::to_string(size_));
  }
  if (wanted.kind == WantedRanges::Kind::whole) wanted.parts = {{0, size_}};
  std::vector<BodyPiece> parts;
  for (const ByteRange& part : wanted.parts) {
    parts.push_back({.file = file_, .offset = part.first, .length = part.length});
  }
  if (wanted.kind == WantedRanges::Kind::parts) {
    answer.status(206);
    if (parts.size() == 1) {
      answer.header("Content-Range", content_range(wanted.parts.front(), size_));
    } else {
      const std::string boundary = random_hex(16);
      parts = multipart(parts, *answer.header("Content-Type"), boundary, size_);
      answer.header("Content-Type", "multipart/byteranges; boundary=" + boundary);
    }
  }
  answer.pieces(std::move(parts));
  return answer;
}

}  // namespace svc
