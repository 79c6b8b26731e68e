#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "config/emit.h"
#include "config/prose.h"
#include "config/schema.h"
#include "config/value.h"
#include "core/base/suggest.h"

namespace svc {
namespace {

constexpr size_t kWidth = 76;

bool is_section(std::string_view path) {
  return std::ranges::any_of(sections(),
                             [&](const SectionRow& row) { return row.section == path; });
}

// What `path` means: rows of the table. A section is all of its rows.
std::vector<const Setting*> rows_of(std::string_view path) {
  std::vector<const Setting*> rows;
  std::string full = with_wildcards(path == "service" ? "service.*" : path);
  if (is_section(full) && find_setting(full) == nullptr) {
    for (const Setting& setting : settings_in(full)) rows.push_back(&setting);
    return rows;
  }
  // "service.users.options.cache.size" and "service.users.workers.min" belong to a row above them.
  for (std::string at = full; !at.empty(); at.erase(std::min(at.rfind('.'), at.size()))) {
    if (const Setting* setting = find_setting(at); setting != nullptr) {
      const bool inside = at.size() < full.size();
      const bool holds = setting->kind == Kind::options || setting->kind == Kind::environment ||
                         setting->kind == Kind::regions || setting->kind == Kind::workers;
      if (!inside || holds) return {setting};
    }
    if (at.find('.') == at.npos) break;
  }
  // A bare name, or the end of a path: "body_max", "http.body_max".
  for (const Setting& setting : all_settings())
    if (path_of(setting).ends_with("." + std::string(path))) rows.push_back(&setting);
  return rows;
}

Error unknown(std::string_view path) {
  std::vector<std::string> known = setting_paths();
  for (const Setting& setting : all_settings()) known.emplace_back(setting.name);
  for (const SectionRow& row : sections()) known.emplace_back(row.section);
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto near = suggest(with_wildcards(path), views);
  return Error::invalid(fmt::format("there is no setting \"{}\"{}", path,
                                    near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
}

void print_fact(std::string& out, std::string_view label, std::string_view text) {
  if (!text.empty()) out += fmt::format("  {:<9} {}\n", label, text);
}

void print_row(std::string& out, const Setting& setting) {
  if (!out.empty()) out += '\n';
  out += path_of(setting) + "\n";
  for (const std::string& line : wrap(setting.prose, kWidth)) out += "  " + line + "\n";
  out += '\n';
  print_fact(out, "type", kind_name(setting));
  print_fact(out, "default", default_text(setting));
  print_fact(out, "allowed", allowed_text(setting));
  print_fact(out, "section", section_title(setting.section));
  print_fact(out, "variable", variable_name(setting));
  print_fact(out, "change", change_text(setting.change));
}

}  // namespace

Result<std::string> explain(std::string_view path) {
  std::string out;
  if (path == "extends") {
    out = "extends\n";
    for (const std::string& line : wrap(kExtendsProse, kWidth)) out += "  " + line + "\n";
    return out;
  }
  const auto rows = rows_of(path);
  if (rows.empty()) return unknown(path);
  for (const Setting* row : rows) print_row(out, *row);
  return out;
}

Result<> explain_json(std::string_view path, JsonWriter& json) {
  const auto rows = rows_of(path);
  if (rows.empty()) return unknown(path);
  json.array([&] {
    for (const Setting* row : rows) {
      json.object([&] {
        json.field("path", path_of(*row));
        json.field("type", kind_name(*row));
        json.field("default", default_text(*row));
        json.field("allowed", allowed_text(*row));
        json.field("variable", variable_name(*row));
        json.field("change", change_name(row->change));
        json.field("text", row->prose);
      });
    }
  });
  return {};
}

std::vector<std::string> setting_paths() {
  std::vector<std::string> paths;
  for (const Setting& setting : all_settings()) paths.push_back(path_of(setting));
  return paths;
}

}  // namespace svc
