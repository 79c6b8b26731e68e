#include "core/http/response_encoder.h"

#include <algorithm>
#include <charconv>

#include "core/base/check.h"
#include "core/http/field_check.h"
#include "core/http/status.h"

namespace svc {
namespace {

// Writes to where there is room: encode_head makes it.
class Writer {
 public:
  explicit Writer(char* at) noexcept : at_(at) {}
  Writer& operator<<(std::string_view text) noexcept {
    at_ = std::copy(text.begin(), text.end(), at_);  // Not memcpy: an empty view may point nowhere.
    return *this;
  }
  Writer& number(uint64_t value, int base = 10) noexcept {
    at_ = std::to_chars(at_, at_ + kDigitsMax, value, base).ptr;
    return *this;
  }
  char* at() const noexcept { return at_; }

  static constexpr size_t kDigitsMax = 20;

 private:
  char* at_;
};

// The longest head of ours: status line 64, Date 37, Content-Length 38, Connection 24, empty line.
constexpr size_t kOwnMax = 256;

bool has_length(int status, const AnswerFrame& frame) noexcept {
  if (frame.framing != AnswerFraming::length || status < 200 || status == 204) return false;
  // What a 304 tells is the length that a 200 would have had: 0 means that nobody knows.
  return status != 304 || frame.length != 0;
}

}  // namespace

std::string_view DateCache::at(int64_t unix_now_s) noexcept {
  if (unix_now_s != second_) {
    text_ = http_date(unix_now_s);
    second_ = unix_now_s;
  }
  return {text_.data(), text_.size()};
}

void encode_head(std::string& out, const ResponseHead& head, const AnswerFrame& frame,
                 std::string_view date) {
  SVC_CHECK(date.size() <= HttpDate().size());
  const int status = head.status >= 100 && head.status <= 999 ? head.status : 500;
  const auto write = [&](Writer own) {
    if (const std::string_view line = status_line(status); !line.empty()) {
      own << line;
    } else {
      (own << "HTTP/1.1 ").number(static_cast<uint64_t>(status)) << " \r\n";
    }
    own << "Date: " << date << "\r\n";
    if (has_length(status, frame)) {
      (own << "Content-Length: ").number(frame.length) << "\r\n";
    } else if (frame.framing == AnswerFraming::chunked && status >= 200 && status != 204 &&
               status != 304) {
      own << "Transfer-Encoding: chunked\r\n";
    }
    if (status >= 200) {  // An interim answer says nothing about the connection.
      if (!frame.keep_alive || frame.framing == AnswerFraming::until_close) {
        own << "Connection: close\r\n";
      } else if (frame.version_minor == 0) {
        own << "Connection: keep-alive\r\n";
      }
    }
    return (own << head.first() << head.others() << "\r\n").at();
  };
  const size_t before = out.size();
  out.resize_and_overwrite(
      before + kOwnMax + head.first().size() + head.others().size(),
      [&](char* text, size_t) { return static_cast<size_t>(write(Writer(text + before)) - text); });
}

void encode_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;  // An empty chunk would be the last one.
  const size_t before = out.size();
  out.resize_and_overwrite(before + Writer::kDigitsMax + data.size() + 4, [&](char* text, size_t) {
    Writer writer(text + before);
    (writer.number(data.size(), 16) << "\r\n" << data) << "\r\n";
    return static_cast<size_t>(writer.at() - text);
  });
}

void encode_last_chunk(std::string& out,
                       std::span<const std::pair<std::string, std::string>> trailers) {
  for (const auto& [name, value] : trailers) check_field(name, value);
  out.append("0\r\n");
  for (const auto& [name, value] : trailers) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  out.append("\r\n");
}

}  // namespace svc
