#include "core/process/last_words.h"

#include <charconv>

namespace svc {
namespace {

constexpr size_t kNoteMax = 200;
constexpr size_t kFrameMax = 4096 + 20;  // PATH_MAX and an offset.

// The whole of `text` as a number; nullopt for anything else.
template <class T>
std::optional<T> number(std::string_view text, int base = 10) {
  if (base == 16 && text.starts_with("0x")) text.remove_prefix(2);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void take(LastWords& words, std::string_view key, std::string_view value) {
  if (key == "signal") words.signal = number<int>(value).value_or(words.signal);
  if (key == "code") words.code = number<int>(value).value_or(words.code);
  if (key == "sender") words.sender = number<int64_t>(value).value_or(words.sender);
  if (key == "address") words.address = number<uint64_t>(value, 16);
  if (key == "request") words.request_id = number<uint64_t>(value, 16);
  if (key == "route") words.route = number<uint64_t>(value);
  if (key == "thread") words.thread = value.substr(0, kNoteMax);
  if (key == "note") words.note = value.substr(0, kNoteMax);
  if (key == "frame" && value.size() <= kFrameMax && words.frames.size() < kFramesMax)
    words.frames.emplace_back(value);
}

}  // namespace

LastWords parse_last_words(std::string_view text) {
  LastWords words;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (const size_t blank = line.find(' '); blank != line.npos)
      take(words, line.substr(0, blank), line.substr(blank + 1));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return words;
}

}  // namespace svc
