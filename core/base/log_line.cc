#include "core/base/log_line.h"

#include <fmt/core.h>

#include <ctime>
#include <iterator>

#include "core/base/check.h"
#include "core/base/json_writer.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

struct LevelLook {
  std::string_view name;
  std::string_view colour;    // ECMA-48 SGR.
  std::string_view priority;  // sd-daemon(3).
};

LevelLook look(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return {"debug", "\x1b[2m", "<7>"};
    case LogLevel::info:
      return {"info", "\x1b[32m", "<6>"};
    case LogLevel::warn:
      return {"warn", "\x1b[33m", "<4>"};
    case LogLevel::error:
      return {"error", "\x1b[31m", "<3>"};
    case LogLevel::off:
      break;
  }
  return {"off", "", ""};
}

// RFC 3339 in UTC: sorts as text and means the same on every host.
void append_time(std::string& out, std::chrono::system_clock::time_point time) {
  using std::chrono::milliseconds;
  const auto since_epoch = std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                 parts.tm_sec, since_epoch - seconds * 1000);
}

void append_hex(std::string& out, unsigned byte) {
  fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
}

// C0, DEL and C1: what a terminal obeys. C1 has no use in texts and some terminals obey it in
// UTF-8.
bool is_control(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
}

void append_text_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const Utf8Step step = utf8_next(text);
    const std::string_view bytes = text.substr(0, step.size);
    text.remove_prefix(step.size);
    if (!step.valid)
      for (const char byte : bytes) append_hex(out, static_cast<unsigned char>(byte));
    else if (step.code_point == '\n')
      out += "\\n";
    else if (step.code_point == '\r')
      out += "\\r";
    else if (step.code_point == '\t')
      out += "\\t";
    else if (is_control(step.code_point))
      append_hex(out, step.code_point);
    else
      out += bytes;
  }
}

// As much of `message` as fits through `escape` into `room` bytes; a mark if that isn't all.
// Returns how many bytes of `message` went in.
size_t append_bounded(std::string& out, std::string_view message, size_t room,
                      void (*escape)(std::string&, std::string_view)) {
  const size_t start = out.size();
  if (message.size() <= room) {
    escape(out, message);
    if (out.size() - start <= room) return message.size();
    out.resize(start);
  }
  const size_t end = start + room - kLogContinued.size();
  size_t taken = 0;
  for (;;) {  // Escapes differ in length, so it goes one character at a time; rare enough.
    const size_t size = utf8_next(message.substr(taken)).size;
    const size_t before = out.size();
    escape(out, message.substr(taken, size));
    if (out.size() > end) {
      out.resize(before);
      break;
    }
    taken += size;
  }
  out += kLogContinued;
  return taken;
}

std::string request_suffix(const LogRecord& record) {
  if (record.request == nullptr) return {};
  const auto missing = [&](std::string_view what) {
    return !what.empty() && record.message.find(what) == record.message.npos;
  };
  std::string suffix;
  if (missing(record.request->id)) suffix = " (request " + record.request->id;
  if (record.request->trace_told && missing(record.request->trace))
    suffix += (suffix.empty() ? " (trace " : ", trace ") + record.request->trace;
  if (!suffix.empty()) suffix += ')';
  return suffix;
}

size_t append_text(std::string& out, const LogRecord& record, LogStyle style, size_t line_max) {
  const size_t start = out.size();
  const LevelLook level = look(record.level);
  if (style.priorities) out += level.priority;
  append_time(out, record.time);
  out += ' ';
  if (style.colours) out += level.colour;
  fmt::format_to(std::back_inserter(out), "{:<5}", level.name);
  if (style.colours) out += "\x1b[0m";
  out += ' ';
  const LogTags& tags = record.tags;
  const std::string& speaker = tags.service.empty() ? tags.role : tags.service;
  if (!speaker.empty()) {
    append_text_escaped(out, utf8_prefix(speaker, kLogTagMax));
    if (!tags.service.empty() && tags.worker >= 0)
      fmt::format_to(std::back_inserter(out), "/{}", tags.worker);
    out += ' ';
  }
  fmt::format_to(std::back_inserter(out), "[{}] ", record.pid);
  const std::string suffix = request_suffix(record);
  const size_t used = out.size() - start + suffix.size() + 1;  // The line's end.
  const size_t taken = append_bounded(out, record.message, line_max - used, append_text_escaped);
  out += suffix;
  out += '\n';
  return taken;
}

size_t append_json(std::string& out, const LogRecord& record, size_t line_max) {
  constexpr size_t kClosing = 4;  // Two quotes, the brace, the line's end.
  const size_t start = out.size();
  const LogTags& tags = record.tags;
  std::string time;
  append_time(time, record.time);
  size_t taken = 0;
  JsonWriter json(out);
  json.object([&] {
    json.field("time", time);
    json.field("level", look(record.level).name);
    if (!tags.role.empty()) json.field("role", utf8_prefix(tags.role, kLogTagMax));
    if (!tags.service.empty()) json.field("service", utf8_prefix(tags.service, kLogTagMax));
    if (tags.worker >= 0) json.field("worker", tags.worker);
    json.field("pid", record.pid);
    if (record.request != nullptr) {
      json.field("request_id", record.request->id);
      if (!record.request->trace.empty()) json.field("trace_id", record.request->trace);
    }
    json.key("message");
    std::string message = "\"";
    const size_t used = out.size() - start + kClosing;
    taken = append_bounded(message, record.message, line_max - used, append_json_escaped);
    message += '"';
    json.raw(message);
  });
  out += '\n';
  return taken;
}

}  // namespace

size_t append_log_line(std::string& out, const LogRecord& record, LogStyle style, size_t line_max) {
  SVC_CHECK(line_max >= kLogLineMin);
  if (style.format == LogFormat::json) return append_json(out, record, line_max);
  return append_text(out, record, style, line_max);
}

}  // namespace svc
