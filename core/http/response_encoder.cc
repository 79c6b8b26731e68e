#include "core/http/response_encoder.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstring>

#include "core/base/check.h"
#include "core/http/field_check.h"
#include "core/http/status.h"

namespace svc {
namespace {

// A small text on the stack, so that a head is two appends to its buffer.
class Piece {
 public:
  Piece& operator<<(std::string_view text) noexcept {
    SVC_CHECK(text.size() <= text_.size() - size_);
    std::memcpy(text_.data() + size_, text.data(), text.size());
    size_ += text.size();
    return *this;
  }
  Piece& number(uint64_t value, int base = 10) noexcept {
    char* const end = text_.data() + text_.size();
    size_ = static_cast<size_t>(std::to_chars(text_.data() + size_, end, value, base).ptr -
                                text_.data());
    return *this;
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  // The longest head of ours: status line 64, Date 37, Content-Length 38, Connection 24.
  std::array<char, 256> text_;
  size_t size_ = 0;
};

void put_two(char* at, unsigned value) noexcept {
  at[0] = static_cast<char>('0' + value / 10);
  at[1] = static_cast<char>('0' + value % 10);
}

bool has_length(int status, const AnswerFrame& frame) noexcept {
  if (frame.framing != AnswerFraming::length || status < 200 || status == 204) return false;
  // What a 304 tells is the length that a 200 would have had: 0 means that nobody knows.
  return status != 304 || frame.length != 0;
}

}  // namespace

std::string_view DateCache::at(int64_t unix_now_s) noexcept {
  if (unix_now_s != second_) {
    using namespace std::chrono;
    constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const sys_seconds now{seconds(unix_now_s)};
    const sys_days day = floor<days>(now);
    const year_month_day date(day);
    const hh_mm_ss time(now - day);
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));

    std::memcpy(text_, "___, __ ___ ____ __:__:__ GMT", sizeof(text_));
    kDays.copy(text_, 3, weekday(day).c_encoding() * 3);
    put_two(text_ + 5, static_cast<unsigned>(date.day()));
    kMonths.copy(text_ + 8, 3, (static_cast<unsigned>(date.month()) - 1) * 3);
    put_two(text_ + 12, year / 100 % 100);
    put_two(text_ + 14, year % 100);
    put_two(text_ + 17, static_cast<unsigned>(time.hours().count()));
    put_two(text_ + 20, static_cast<unsigned>(time.minutes().count()));
    put_two(text_ + 23, static_cast<unsigned>(time.seconds().count()));
    second_ = unix_now_s;
  }
  return {text_, sizeof(text_)};
}

void encode_head(std::string& out, const ResponseHead& head, const AnswerFrame& frame,
                 std::string_view date) {
  const int status = head.status >= 100 && head.status <= 999 ? head.status : 500;
  Piece own;
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
  out.reserve(out.size() + own.text().size() + head.encoded().size() + 2);
  out.append(own.text()).append(head.encoded()).append("\r\n");
}

void encode_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;  // An empty chunk would be the last one.
  Piece size;
  size.number(data.size(), 16) << "\r\n";
  out.reserve(out.size() + size.text().size() + data.size() + 2);
  out.append(size.text()).append(data).append("\r\n");
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
