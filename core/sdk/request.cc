#include "core/sdk/request.h"

#include "core/http/router.h"
#include "core/sdk/problem.h"

namespace svc {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
  const size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::string_view media_type(std::string_view content_type) noexcept {
  return trimmed(content_type.substr(0, content_type.find(';')));
}

}  // namespace

std::string_view Request::method() const noexcept { return head().method_text; }
std::string_view Request::target() const noexcept { return head().target; }
std::string_view Request::path() const noexcept { return head().path; }
std::string_view Request::query_string() const noexcept { return head().query; }
std::string_view Request::host() const noexcept { return exchange_.origin().host; }
std::string_view Request::scheme() const noexcept { return exchange_.origin().scheme; }
std::string_view Request::http_version() const noexcept {
  return head().version_minor == 0 ? "1.0" : "1.1";
}
std::string Request::peer() const { return exchange_.peer().text(); }
std::string Request::connection_peer() const { return exchange_.connection_peer().text(); }

std::string Request::origin() const { return origin_text(exchange_.origin()); }

std::string origin_text(const ClientOrigin& seen) {
  std::string origin;
  if (seen.host.empty()) return origin;
  origin.append(seen.scheme).append("://").append(seen.host);
  const bool has_port = seen.host.find(':', seen.host.find(']') + 1) != std::string_view::npos;
  const uint16_t usual = seen.scheme == "https" ? 443 : 80;
  if (seen.port != 0 && seen.port != usual && !has_port)
    origin.append(":").append(std::to_string(seen.port));
  return origin;
}

std::optional<std::string_view> Request::header(std::string_view name) const noexcept {
  return head().header(name);
}

std::optional<std::string> Request::headers(std::string_view name) const {
  std::optional<std::string> joined;
  for (const HeaderField& field : head().headers) {
    if (!iequals(field.name, name)) continue;
    if (joined) {
      joined->append(", ").append(field.value);
    } else {
      joined.emplace(field.value);
    }
  }
  return joined;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const noexcept {
  for (const HeaderField& field : head().headers) {
    if (!iequals(field.name, "Cookie")) continue;
    if (auto value = find_cookie(field.value, name)) return value;
  }
  return std::nullopt;
}

const std::vector<std::pair<std::string, std::string>>& Request::query() const {
  if (!query_) {
    auto pairs = parse_query(query_string());
    if (!pairs) throw Problem(400, "the query has too many parameters");
    query_ = *std::move(pairs);
  }
  return *query_;
}

std::optional<std::string_view> Request::query(std::string_view name) const {
  for (const auto& [key, value] : query()) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool is_media_type(std::string_view content_type, std::string_view type) noexcept {
  return iequals(media_type(content_type), type);
}

bool is_json_type(std::string_view content_type) noexcept {
  if (content_type == "application/json") return true;  // As nearly everybody writes it.
  const std::string_view type = media_type(content_type);
  constexpr std::string_view kSuffix = "+json";
  return iequals(type, "application/json") ||
         (type.size() > kSuffix.size() &&
          iequals(type.substr(type.size() - kSuffix.size()), kSuffix));
}

std::optional<std::string_view> find_cookie(std::string_view field,
                                            std::string_view name) noexcept {
  while (!field.empty()) {
    const size_t end = field.find(';');
    const std::string_view pair = trimmed(field.substr(0, end));
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos && trimmed(pair.substr(0, equals)) == name) {
      std::string_view value = trimmed(pair.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      return value;
    }
    if (end == std::string_view::npos) break;
    field.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace svc
