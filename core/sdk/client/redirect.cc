#include "core/sdk/client/redirect.h"

#include "core/http/message.h"

namespace svc {
namespace {

constexpr size_t kLocationMax = 8 * 1024;

// "http:", "mailto:": a reference with a scheme of its own (RFC 3986 3.1).
bool has_scheme(std::string_view reference) noexcept {
  const size_t colon = reference.find_first_of(":/?#");
  return colon != reference.npos && colon > 0 && reference[colon] == ':';
}

// A reference without a scheme and an authority, as a target (RFC 3986 5.2.2).
std::string resolve_path(std::string_view reference, std::string_view base) {
  const size_t base_query = std::min(base.find('?'), base.size());
  const size_t query = std::min(reference.find('?'), reference.size());
  const std::string_view path = reference.substr(0, query);
  if (path.empty()) {
    return std::string(base.substr(0, base_query)) + std::string(query < reference.size()
                                                                     ? reference.substr(query)
                                                                     : base.substr(base_query));
  }
  std::string whole(path);
  if (!path.starts_with('/')) {
    const std::string_view base_path = base.substr(0, base_query);
    whole = std::string(base_path.substr(0, base_path.rfind('/') + 1)) + whole;
  }
  return remove_dot_segments(whole) + std::string(reference.substr(query));
}

std::string origin_url(const Origin& origin) {
  if (origin.is_unix()) return "unix:" + origin.unix_path + ":";
  return origin.text();
}

Result<ClientUrl> resolve_location(std::string_view location, const Origin& origin,
                                   std::string_view target) {
  const std::string_view reference = location.substr(0, location.find('#'));
  if (has_scheme(reference)) return parse_client_url(reference);
  if (reference.starts_with("//")) {
    const bool secure = origin.scheme == Origin::Scheme::https;
    return parse_client_url((secure ? "https:" : "http:") + std::string(reference));
  }
  return parse_client_url(origin_url(origin) + resolve_path(reference, target));
}

}  // namespace

bool is_redirect(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Result<RedirectHop> follow_redirect(int status, std::string_view location, std::string_view method,
                                    const Origin& origin, std::string_view target) {
  if (location.empty() || location.size() > kLocationMax)
    return Error::invalid("it redirects without a Location that could be followed");
  auto url = resolve_location(location, origin, target);
  if (!url) return std::move(url).error().within("it redirects to an unusable Location");
  if (url->origin.is_unix() && url->origin != origin)
    return Error::invalid("it redirects to a Unix socket, where only this host's services are");
  if (origin.scheme == Origin::Scheme::https && url->origin.scheme != Origin::Scheme::https)
    return Error::invalid("it redirects from https to http, which is not followed");
  RedirectHop hop{.target = url->target(), .method = std::string(method)};
  hop.same_origin = url->origin == origin;
  hop.origin = std::move(url->origin);
  const bool to_get =
      status == 303 ? method != "HEAD" : (status == 301 || status == 302) && method == "POST";
  if (to_get && method != "GET") {
    hop.method = "GET";
    hop.drop_body = true;
  }
  return hop;
}

std::string remove_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    const bool last = path.empty();
    if (segment == "/." || segment == "/..") {
      if (segment == "/..") out.resize(std::min(out.rfind('/'), out.size()));
      if (last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

}  // namespace svc
