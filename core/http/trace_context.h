// trace_context.h — which trace a request belongs to: W3C Trace Context, level 1.
//
// Why here and not beside the client: the access log, the lines that a handler logs and the calls
// that it makes must say the same ids. What a client sends is checked before it is believed: it
// goes into our logs and into our own requests.
//
// A request is a span: its parent is whatever the client sent, and each call that is made for it is
// a span of its own below it. Nothing is made for a request that nobody asks about.
// Source: https://www.w3.org/TR/trace-context-1/
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"

namespace svc {

struct RequestHead;

struct SVC_API TraceContext {
  std::array<char, 32> trace{};   // Lower-case hexadecimal digits, as the others are.
  std::array<char, 16> span{};    // Of this request, made by us.
  std::array<char, 16> parent{};  // The client's span; zero bytes: the trace began here.
  uint8_t flags = 0;              // Bit 0: the caller records this trace.

  std::string_view trace_id() const noexcept { return {trace.data(), trace.size()}; }
  std::string_view span_id() const noexcept { return {span.data(), span.size()}; }
  std::string_view parent_id() const noexcept {
    return parent.front() == '\0' ? std::string_view()
                                  : std::string_view(parent.data(), parent.size());
  }
  bool sampled() const noexcept { return (flags & 1) != 0; }
  // "00-TRACE-SPAN-FLAGS": what a call made for this request has as its parent.
  std::string traceparent() const;

  bool operator==(const TraceContext&) const = default;
};

// What a client's traceparent says: trace, parent and flags; the span is left empty. Of a version
// that is newer than 00, the part that it has in common with it. nullopt: it is to be ignored.
SVC_API std::optional<TraceContext> parse_traceparent(std::string_view value) noexcept;
// Under the client's, if it sent one and only one that is right; else of a trace that begins here
// and that nobody has asked to record.
SVC_API TraceContext make_trace(const RequestHead& head);

// That of one request, made when it is first asked for. Threads: any may ask.
class SVC_API RequestTrace {
 public:
  const TraceContext& of(const RequestHead& head) const;
  bool made() const noexcept { return made_.load(std::memory_order_acquire); }
  const TraceContext* get() const noexcept { return made() ? &context_ : nullptr; }  // If made.
  void clear() noexcept { made_.store(false, std::memory_order_relaxed); }

 private:
  mutable std::atomic<bool> made_{false};
  mutable TraceContext context_;
};

}  // namespace svc
