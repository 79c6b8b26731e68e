#include "config/prose.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/value.h"

namespace svc {
namespace {

constexpr SectionRow kSections[] = {
    {"master", "The process that owns the sockets and watches over the workers."},
    {"log", "Where all processes write what they have to say."},
    {"service.*",
     "A service: its code, its addresses and its workers. There is one such section for each, and "
     "at least one. A name has letters, digits, '_' and '-', a letter or digit first."},
    {"service.*.listen", "One entry of listen, when it is a table."},
    {"service.*.http", "The bounds of HTTP in the workers of this service."},
    {"service.*.proxy", "The proxies in front of this service; see svc-proxies(7)."},
    {"service.*.upstreams.*",
     "Another service that this one calls by the name in the section's title: "
     "ctx.http(\"prices\") for [service.users.upstreams.prices]. The code of the service declares "
     "it with app.upstream(\"prices\"); see svc-service(7)."},
};

// A word may end a sentence where it has one of these and the next begins with a capital.
bool ends_sentence(std::string_view word) {
  return word.ends_with('.') && word != "..." && word != "e.g.";
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (lines.empty() || lines.back().size() + 1 + word.size() > width)
      lines.emplace_back(word);
    else
      (lines.back() += ' ') += word;
  }
  return lines;
}

std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> out;
  bool fresh = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (fresh)
      out.emplace_back(word);
    else
      (out.back() += ' ') += word;
    fresh = ends_sentence(word);
  }
  return out;
}

std::string default_text(const Setting& setting) {
  const Value value = default_of(setting);
  const bool empty = std::visit(
      []<class T>(const T& item) {
        if constexpr (requires { item.empty(); }) return item.empty();
        return false;
      },
      value);
  return empty ? "" : toml_value(setting, value);
}

std::string allowed_text(const Setting& setting) {
  switch (setting.kind) {
    case Kind::choice: {
      std::string names;
      for (const std::string_view choice : setting.choices)
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", choice);
      return names;
    }
    case Kind::number:
    case Kind::amount:
    case Kind::size:
    case Kind::duration:
    case Kind::mode:
      if (!setting.bounds.given) return "";
      return fmt::format("{} to {}", bound_text(setting, setting.bounds.lowest),
                         bound_text(setting, setting.bounds.highest));
    case Kind::workers:
      return fmt::format("{} to {}", setting.bounds.lowest, setting.bounds.highest);
    case Kind::texts:
      return fmt::format("{} to {} texts", setting.bounds.lowest, setting.bounds.highest);
    case Kind::listeners:
      return fmt::format("{} to {} addresses", setting.bounds.lowest, setting.bounds.highest);
    case Kind::environment:
      return fmt::format("at most {} variables", kEnvironmentMax);
    case Kind::regions:
      return fmt::format("at most {} regions", kRegionsMax);
    case Kind::options:
      return fmt::format("at most {} values", kOptionsMax);
    default:
      return "";
  }
}

std::string_view change_text(Change change) {
  switch (change) {
    case Change::reload:
      return "A reload applies it at once.";
    case Change::generation:
      return "A reload applies it to the new workers.";
    case Change::restart:
      return "It takes a restart; a reload refuses it.";
  }
  return "";
}

std::string section_title(std::string_view section) {
  std::string name(section);
  for (size_t star = 0; (star = name.find('*')) != name.npos;) name.replace(star, 1, "NAME");
  return "[" + name + "]";
}

std::string variable_name(const Setting& setting) {
  if (setting.section == "service.*.listen") return "";
  std::string name = "SVC_";
  for (const char c : path_of(setting)) {
    if (c == '.')
      name += "__";
    else if (c == '*')
      name += "NAME";
    else
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

std::span<const SectionRow> sections() { return kSections; }

}  // namespace svc
