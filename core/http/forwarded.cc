#include "core/http/forwarded.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/http/chars.h"
#include "core/http/target.h"

namespace svc {
namespace {

std::optional<uint16_t> parse_tcp_port(std::string_view digits) noexcept {
  uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc() || at != end) return std::nullopt;
  return port;
}

std::string_view known_scheme(std::string_view text) noexcept {
  if (iequals(text, "https")) return "https";
  return iequals(text, "http") ? "http" : std::string_view();
}

bool is_escaped(std::string_view text, size_t at) noexcept {
  size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 != 0;
}

// Takes the last element off the list. Read backwards: a quote that a client never closed stands to
// the left of what the proxy has appended, and must not swallow it.
std::string_view take_last(std::string_view& list, bool quotes) noexcept {
  bool quoted = false;
  size_t at = list.size();
  while (at > 0) {
    const char c = list[at - 1];
    if (c == ',' && !quoted) break;
    if (quotes && c == '"' && !is_escaped(list, at - 1)) quoted = !quoted;
    --at;
  }
  const std::string_view last = trim(list.substr(at));
  list = list.substr(0, at == 0 ? 0 : at - 1);
  return last;
}

// Calls `visit(element)` for the elements of all fields of that name, the last one first, until it
// says false. Empty ones are none (RFC 9110 5.6.1).
template <class Visit>
void each_from_the_right(const RequestHead& head, std::string_view name, bool quotes,
                         const Visit& visit) noexcept {
  int hops = 0;
  for (size_t i = head.headers.size(); i > 0; --i) {
    const HeaderField& field = head.headers[i - 1];
    if (!iequals(field.name, name)) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      if (++hops > kHopsMax) return;
      const std::string_view element = take_last(rest, quotes);
      if (!element.empty() && !visit(element)) return;
    }
  }
}

std::string_view last_element(const RequestHead& head, std::string_view name) noexcept {
  std::string_view last;
  each_from_the_right(head, name, false, [&last](std::string_view element) {
    last = element;
    return false;
  });
  return last;
}

// One forwarded-element. Values without their quotes; `good`: it is what RFC 7239 4 says.
struct Element {
  std::string_view node, scheme, host;
  bool good = false;
};

// A value off the front of `rest`. An escape in it could only be undone in memory of its own, and
// nothing that we read needs one.
std::optional<std::string_view> take_value(std::string_view& rest) noexcept {
  if (rest.starts_with('"')) {
    const size_t close = rest.find('"', 1);
    if (close == rest.npos) return std::nullopt;
    const std::string_view value = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    if (value.find('\\') != value.npos) return std::nullopt;
    return value;
  }
  const size_t size = std::min(rest.find_first_of("; \t"), rest.size());
  const std::string_view value = rest.substr(0, size);
  rest.remove_prefix(size);
  // More than a token may be: "for=192.0.2.1:80" and "host=a:80" are written without the quotes
  // that they need, and mean one thing only.
  const auto allowed = [](char c) {
    return is_char(c, kTokenChar) || c == ':' || c == '[' || c == ']';
  };
  if (value.empty() || !std::ranges::all_of(value, allowed)) return std::nullopt;
  return value;
}

Element parse_element(std::string_view text) noexcept {
  Element element;
  while (!text.empty()) {
    const size_t equals = text.find('=');
    if (equals == text.npos) return element;
    const std::string_view name = text.substr(0, equals);
    if (!is_token(name)) return element;
    text.remove_prefix(equals + 1);
    const auto value = take_value(text);
    if (!value) return element;
    for (const auto& [known, into] :
         {std::pair("for", &element.node), std::pair("proto", &element.scheme),
          std::pair("host", &element.host)}) {
      if (!iequals(name, known)) continue;
      if (into->data() != nullptr) return element;  // Twice: nobody can say which one counts.
      *into = *value;
    }
    text = trim(text);
    if (text.empty()) break;
    if (!text.starts_with(';')) return element;
    text = trim(text.substr(1));
  }
  element.good = true;
  return element;
}

// What a further proxy says about scheme and host counts more: it is nearer to the client.
void read_forwarded(const ProxyRules& rules, const RequestHead& head, ClientView& view) noexcept {
  each_from_the_right(head, "Forwarded", true, [&](std::string_view text) {
    const Element element = parse_element(text);
    if (!element.good) return false;
    if (const auto scheme = known_scheme(element.scheme); !scheme.empty())
      view.origin.scheme = scheme;
    if (rules.host && valid_authority(element.host)) view.origin.host = element.host;
    const auto node = forwarded_node(element.node);
    if (!node) return false;
    view.peer = *node;
    return rules.trusted.has(*node);
  });
}

// Which proxy wrote which element of the others nobody can say: some append, some replace. The last
// one is the nearest proxy's.
void read_x_forwarded(const ProxyRules& rules, const RequestHead& head, ClientView& view) noexcept {
  each_from_the_right(head, "X-Forwarded-For", false, [&](std::string_view text) {
    const auto node = forwarded_node(text);
    if (!node) return false;
    view.peer = *node;
    return rules.trusted.has(*node);
  });
  if (const auto scheme = known_scheme(last_element(head, "X-Forwarded-Proto")); !scheme.empty())
    view.origin.scheme = scheme;
  if (!rules.host) return;
  if (const auto host = last_element(head, "X-Forwarded-Host"); valid_authority(host))
    view.origin.host = host;
  view.origin.port = parse_tcp_port(last_element(head, "X-Forwarded-Port")).value_or(0);
}

}  // namespace

std::optional<Address> forwarded_node(std::string_view text) noexcept {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == text.npos) return std::nullopt;
    host = text.substr(1, close - 1);
    if (host.find(':') == host.npos) return std::nullopt;
    port = text.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) return std::nullopt;
  } else if (const size_t colon = text.find(':'); colon == text.rfind(':')) {
    host = text.substr(0, colon);
    port = text.substr(std::min(colon, text.size()));
  }
  if (!port.empty()) port.remove_prefix(1);
  return Address::from_ip(host, parse_tcp_port(port).value_or(0));
}

ClientView client_view(const ProxyRules& rules, const RequestHead& head, const Address& peer,
                       bool secure) noexcept {
  ClientView view{peer, {secure ? "https" : "http", {}, 0}};
  switch (rules.field) {
    case ForwardedField::none:
      break;
    case ForwardedField::x_forwarded:
      read_x_forwarded(rules, head, view);
      break;
    case ForwardedField::forwarded:
      read_forwarded(rules, head, view);
      break;
  }
  return view;
}

}  // namespace svc
