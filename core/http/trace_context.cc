#include "core/http/trace_context.h"

#include <algorithm>
#include <mutex>

#include "core/base/random.h"
#include "core/http/message.h"

namespace svc {
namespace {

// "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
constexpr size_t kVersionSize = 2;
constexpr size_t kTraceAt = 3, kTraceSize = 32;
constexpr size_t kSpanAt = 36, kSpanSize = 16;
constexpr size_t kFlagsAt = 53, kTraceparentSize = 55;

constexpr std::string_view kHexDigits = "0123456789abcdef";

// RFC-like HEXDIGLC: upper-case digits make the whole invalid.
bool is_lower_hex(std::string_view text) noexcept {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_trace_part(std::string_view text) noexcept {
  return is_lower_hex(text) && text.find_first_not_of('0') != text.npos;
}

uint8_t hex_byte(std::string_view digits) noexcept {
  return static_cast<uint8_t>(kHexDigits.find(digits[0]) << 4 | kHexDigits.find(digits[1]));
}

template <size_t Size>
void fill_at_random(std::array<char, Size>& digits) {
  do {
    for (size_t at = 0; at < Size; at += 16) {
      uint64_t bits = thread_random()();
      for (size_t i = at; i < at + 16; ++i, bits >>= 4) digits[i] = kHexDigits[bits & 15];
    }
  } while (!is_trace_part({digits.data(), Size}));
}

std::mutex& making() {
  static std::mutex mutex;  // One for all: a handler and its pool threads may ask at once.
  return mutex;
}

}  // namespace

std::string TraceContext::traceparent() const {
  std::string text("00-");
  text.append(trace_id()).append("-").append(span_id()).append("-");
  text += kHexDigits[flags >> 4];
  text += kHexDigits[flags & 15];
  return text;
}

std::optional<TraceContext> parse_traceparent(std::string_view value) noexcept {
  if (value.size() < kTraceparentSize) return std::nullopt;
  const std::string_view version = value.substr(0, kVersionSize);
  if (!is_lower_hex(version) || version == "ff") return std::nullopt;
  // A later version may have more behind a further dash; 00 has not.
  const bool longer = value.size() > kTraceparentSize;
  if (longer && (version == "00" || value[kTraceparentSize] != '-')) return std::nullopt;
  if (value[kTraceAt - 1] != '-' || value[kSpanAt - 1] != '-' || value[kFlagsAt - 1] != '-') {
    return std::nullopt;
  }
  const std::string_view trace = value.substr(kTraceAt, kTraceSize);
  const std::string_view parent = value.substr(kSpanAt, kSpanSize);
  const std::string_view flags = value.substr(kFlagsAt, kTraceparentSize - kFlagsAt);
  if (!is_trace_part(trace) || !is_trace_part(parent) || !is_lower_hex(flags)) return std::nullopt;
  TraceContext context;
  std::ranges::copy(trace, context.trace.begin());
  std::ranges::copy(parent, context.parent.begin());
  context.flags = hex_byte(flags) & 1;  // The others mean nothing in version 00.
  return context;
}

TraceContext make_trace(const RequestHead& head) {
  TraceContext context;
  const auto said = head.header("traceparent");
  auto taken = said && head.count("traceparent") == 1 ? parse_traceparent(*said) : std::nullopt;
  if (taken) {
    context = *taken;
  } else {
    fill_at_random(context.trace);
  }
  fill_at_random(context.span);
  return context;
}

const TraceContext& RequestTrace::of(const RequestHead& head) const {
  if (made()) return context_;
  const std::lock_guard lock(making());
  if (made()) return context_;
  context_ = make_trace(head);
  made_.store(true, std::memory_order_release);
  return context_;
}

}  // namespace svc
