#include "core/http/status.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/http/message.h"

namespace svc {
namespace {

struct Status {
  int code;
  std::string_view phrase;
};

// RFC 9110 15 and the IANA registry.
constexpr Status kStatuses[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
};
constexpr size_t kCount = std::size(kStatuses);
static_assert(kCount < 255);

// Row of the table by code; 255 for none.
constexpr std::array<uint8_t, 512> kRows = [] {
  std::array<uint8_t, 512> rows;
  rows.fill(255);
  for (size_t i = 0; i < kCount; ++i) rows[kStatuses[i].code] = static_cast<uint8_t>(i);
  return rows;
}();

struct Line {
  std::array<char, 64> text{};
  uint8_t size = 0;
};

constexpr std::array<Line, kCount> kLines = [] {
  std::array<Line, kCount> lines;
  for (size_t i = 0; i < kCount; ++i) {
    const int code = kStatuses[i].code;
    const char digits[] = {static_cast<char>('0' + code / 100),
                           static_cast<char>('0' + code / 10 % 10),
                           static_cast<char>('0' + code % 10), ' '};
    auto end = lines[i].text.begin();
    end = std::ranges::copy(std::string_view("HTTP/1.1 "), end).out;
    end = std::ranges::copy(digits, end).out;
    end = std::ranges::copy(kStatuses[i].phrase, end).out;
    end = std::ranges::copy(std::string_view("\r\n"), end).out;
    lines[i].size = static_cast<uint8_t>(end - lines[i].text.begin());
  }
  return lines;
}();

size_t row_of(int status) noexcept {
  return status >= 0 && static_cast<size_t>(status) < kRows.size() ? kRows[status] : 255;
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const size_t row = row_of(status);
  return row == 255 ? std::string_view() : kStatuses[row].phrase;
}

std::string_view status_line(int status) noexcept {
  const size_t row = row_of(status);
  return row == 255 ? std::string_view()
                    : std::string_view(kLines[row].text.data(), kLines[row].size);
}

}  // namespace svc
