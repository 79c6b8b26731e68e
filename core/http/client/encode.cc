#include "core/http/client/encode.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/http/chars.h"
#include "core/http/target.h"

namespace svc {
namespace {

using Encoded = std::expected<SentFraming, std::string>;

constexpr size_t kTargetMax =
    64 * 1024;  // What no server takes: a caller that concatenates bodies.
constexpr size_t kFieldsMax = 500;

// What may be quoted in a message: short, and without what would break a line of a log.
std::string quoted(std::string_view text) {
  std::string out(text.substr(0, 60));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return '"' + out + (text.size() > 60 ? "…\"" : "\"");
}

// The message's own fields, and those that would change what the connection means.
bool is_ours(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 10> kNames = {
      "Host",    "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE",
      "Trailer", "Expect",         "Proxy-Connection"};
  return std::ranges::any_of(kNames, [name](std::string_view own) { return iequals(name, own); });
}

// Visible ASCII alone: a space ends the target, a '#' begins what is never sent. Everything else is
// the upstream's to judge (RFC 9112 3.2: no recipient repairs a target, so we send none to repair).
bool valid_target(std::string_view target) noexcept {
  return std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

std::optional<std::string> bad_line(const ClientRequest& request) {
  if (!is_token(request.method)) {
    return fmt::format("the method {} is no token (RFC 9110 9.1)", quoted(request.method));
  }
  if (request.method == "CONNECT") return "CONNECT is not implemented: this client uses no proxies";
  const bool asterisk = request.target == "*" && request.method == "OPTIONS";
  if (!asterisk && !request.target.starts_with('/')) {
    return fmt::format("the target {} does not begin with \"/\"", quoted(request.target));
  }
  if (request.target.size() > kTargetMax) return "the target is longer than 64 KiB";
  if (!valid_target(request.target)) {
    return fmt::format(
        "the target {} has a space, a control character, \"#\" or a byte beyond "
        "ASCII in it; percent-encode it",
        quoted(request.target));
  }
  if (!request.authority.empty() && !valid_authority(request.authority)) {
    return fmt::format("the authority {} is not host [ \":\" port ]", quoted(request.authority));
  }
  return std::nullopt;
}

std::optional<std::string> bad_field(const HeaderField& field) {
  if (!is_token(field.name)) {
    return fmt::format("the field name {} is no token (RFC 9110 5.1)", quoted(field.name));
  }
  if (!all_chars(field.value, kValueChar)) {
    return fmt::format("the value of the field {} has a control character in it (RFC 9110 5.5)",
                       field.name);
  }
  if (is_ours(field.name)) {
    return fmt::format("the field {} is the client's own to write{}", field.name,
                       iequals(field.name, "Host") ? "; set the request's authority" : "");
  }
  return std::nullopt;
}

// RFC 9110 8.6: a request whose method is about content says that there is none.
bool expects_content(std::string_view method) noexcept {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void append_framing(const ClientRequest& request, SentFraming& framing, std::string& out) {
  if (request.source != nullptr) {
    const std::optional<uint64_t> length = request.source->length();
    framing.chunked = !length;
    framing.length = length.value_or(0);
  } else {
    framing.length = request.body.size();
  }
  if (framing.chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (framing.length > 0 || request.source != nullptr || expects_content(request.method)) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", framing.length);
  }
}

}  // namespace

Encoded encode_request(const Origin& origin, const ClientRequest& request, std::string& out) {
  SentFraming framing;
  if (auto bad = bad_line(request)) return std::unexpected(std::move(*bad));
  if (request.fields.size() > kFieldsMax) return std::unexpected("it has more than 500 fields");
  if (request.source != nullptr && !request.body.empty()) {
    return std::unexpected("it has both a body and a source of one");
  }
  framing.to_head = request.method == "HEAD";
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
  out.append(request.authority.empty() ? origin.authority() : request.authority).append("\r\n");
  bool accepts = false;
  for (const HeaderField field : request.fields) {
    if (auto bad = bad_field(field)) return std::unexpected(std::move(*bad));
    accepts |= iequals(field.name, "Accept-Encoding");
    out.append(field.name).append(": ").append(trim(field.value)).append("\r\n");
  }
  framing.asks_coding = request.decode && !accepts;
  if (framing.asks_coding) out += "Accept-Encoding: gzip, deflate\r\n";
  append_framing(request, framing, out);
  out += "\r\n";
  return framing;
}

}  // namespace svc
