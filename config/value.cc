#include "config/value.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "config/options.h"
#include "config/tree.h"
#include "core/base/check.h"
#include "core/base/suggest.h"
#include "core/base/units.h"

namespace svc {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr uint64_t kMillisecondsMax = std::numeric_limits<int64_t>::max() / 1'000'000;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view text) {
  const auto allowed = [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  };
  return !text.empty() && is_letter_or_digit(text.front()) && std::ranges::all_of(text, allowed);
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// What the C++ type can hold, whatever the table's bounds say.
uint64_t highest(const Setting& setting) {
  switch (setting.kind) {
    case Kind::number:
    case Kind::mode:
      return std::min<uint64_t>(setting.bounds.highest, UINT32_MAX);
    case Kind::choice:
      return setting.choices.size() - 1;
    case Kind::duration:
      return std::min(setting.bounds.highest, kMillisecondsMax);
    default:
      return setting.bounds.highest;
  }
}

bool within(const Bounds& bounds, uint64_t number) {
  return number >= bounds.lowest && number <= bounds.highest;
}

bool fits_text(const Setting& setting, const std::string& text) {
  if (!within(setting.bounds, text.size()) || !is_printable(text)) return false;
  return setting.kind != Kind::label || is_label(text);
}

bool fits_workers(const Workers& workers) {
  return workers.automatic ||
         (workers.min >= 1 && workers.min <= workers.max && workers.max <= kWorkersMax);
}

bool fits_listeners(const Setting& setting, const std::vector<ListenEntry>& entries) {
  if (!within(setting.bounds, entries.size())) return false;
  return std::ranges::all_of(entries, [](const ListenEntry& entry) {
    return std::ranges::all_of(fields<ListenEntry>(), [&entry](const Field<ListenEntry>& field) {
      return fits(*field.setting, field.get(entry));
    });
  });
}

// environ(7): a name has no '=', and neither side a NUL, or execve(2) would see something else.
bool fits_environment(const std::map<std::string, std::string>& variables) {
  if (variables.size() > kEnvironmentMax) return false;
  return std::ranges::all_of(variables, [](const auto& variable) {
    const auto& [name, text] = variable;
    return !name.empty() && name.find('=') == name.npos && is_printable(name) &&
           text.find('\0') == text.npos;
  });
}

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (;;) {
    const size_t end = text.find(separator);
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<Workers> parse_workers(std::string_view text) {
  if (text == "auto") return Workers{};
  const size_t dash = text.find('-');
  const auto min = parse_number<uint32_t>(text.substr(0, dash));
  const auto max = dash == text.npos ? min : parse_number<uint32_t>(text.substr(dash + 1));
  if (!min || !max) return std::nullopt;
  return Workers{false, *min, *max};
}

std::optional<std::map<std::string, std::string>> parse_environment(std::string_view text) {
  std::map<std::string, std::string> variables;
  for (const std::string& part : split(text, ',')) {
    const size_t equals = part.find('=');
    if (equals == part.npos) return std::nullopt;
    variables[part.substr(0, equals)] = part.substr(equals + 1);
  }
  return variables;
}

std::vector<ListenEntry> parse_listeners(std::string_view text) {
  std::vector<ListenEntry> entries;
  for (std::string& address : split(text, ',')) {
    entries.emplace_back();
    entries.back().address = std::move(address);
  }
  return entries;
}

std::expected<Value, ValueProblem> parse_time(std::string_view path, std::string_view text) {
  const auto time = parse_duration(text);
  if (!time) {
    std::string hint;
    if (parse_number<uint64_t>(text)) hint = fmt::format("did you mean \"{}s\"?", text);
    return std::unexpected(ValueProblem{fmt::format("{}: {}", path, time.error().text), hint});
  }
  const auto rounded = std::chrono::duration_cast<milliseconds>(*time);
  if (rounded != *time)
    return std::unexpected(
        ValueProblem{fmt::format("{}: \"{}\" is no whole number of milliseconds", path, text), {}});
  return static_cast<uint64_t>(rounded.count());
}

std::expected<Value, ValueProblem> parse_bytes(std::string_view path, std::string_view text) {
  const auto size = parse_size(text);
  if (!size)
    return std::unexpected(ValueProblem{fmt::format("{}: {}", path, size.error().text), {}});
  return *size;
}

std::expected<Value, ValueProblem> parse_choice(const Setting& setting, std::string_view path,
                                                std::string_view text) {
  const auto found = std::ranges::find(setting.choices, text);
  if (found != setting.choices.end()) return static_cast<uint64_t>(found - setting.choices.begin());
  ValueProblem problem = misfit(setting, path, toml_string(text));
  if (const auto near = suggest(text, setting.choices))
    problem.hint = fmt::format("did you mean \"{}\"?", *near);
  return std::unexpected(std::move(problem));
}

template <class T>
std::expected<Value, ValueProblem> or_misfit(std::optional<T> parsed, const Setting& setting,
                                             std::string_view path, std::string_view text) {
  if (parsed) return Value(*std::move(parsed));
  return std::unexpected(misfit(setting, path, toml_string(text)));
}

std::expected<Value, ValueProblem> parse(const Setting& setting, std::string_view path,
                                         std::string_view text) {
  switch (setting.kind) {
    case Kind::text:
    case Kind::label:
    case Kind::path:
    case Kind::module:
      return std::string(text);
    case Kind::number:
    case Kind::amount:
      return or_misfit(parse_number<uint64_t>(text), setting, path, text);
    case Kind::mode:
      return or_misfit(parse_number<uint64_t>(text, 8), setting, path, text);
    case Kind::size:
      return parse_bytes(path, text);
    case Kind::duration:
      return parse_time(path, text);
    case Kind::choice:
      return parse_choice(setting, path, text);
    case Kind::workers:
      return or_misfit(parse_workers(text), setting, path, text);
    case Kind::environment:
      return or_misfit(parse_environment(text), setting, path, text);
    case Kind::listeners:
      return parse_listeners(text);
    case Kind::options:
      break;
  }
  return std::unexpected(misfit(setting, path, toml_string(text)));
}

std::string bounds_text(const Setting& setting) {
  const Bounds& bounds = setting.bounds;
  if (!bounds.given) return "";
  return fmt::format(" from {} to {}", bound_text(setting, bounds.lowest),
                     bound_text(setting, bounds.highest));
}

std::string number_text(const Setting& setting, uint64_t number) {
  switch (setting.kind) {
    case Kind::choice:
      return toml_string(setting.choices[number]);
    case Kind::mode:
      return fmt::format("\"{:04o}\"", number);
    case Kind::duration:
      return toml_string(format_duration(milliseconds(static_cast<int64_t>(number))));
    case Kind::size: {
      const std::string text = format_size(number);
      return text.find_first_not_of("0123456789") == text.npos ? text : toml_string(text);
    }
    default:
      return std::to_string(number);
  }
}

std::string listeners_text(const std::vector<ListenEntry>& entries) {
  std::string text;
  for (const ListenEntry& entry : entries) {
    if (!text.empty()) text += ", ";
    if (entry == ListenEntry{.address = entry.address}) {
      text += toml_string(entry.address);
      continue;
    }
    std::string table;
    for (const Field<ListenEntry>& field : fields<ListenEntry>())
      if (const Value value = field.get(entry); value != field.get(ListenEntry{}))
        table += fmt::format("{}{} = {}", table.empty() ? "" : ", ", field.setting->name,
                             toml_value(*field.setting, value));
    text += "{ " + table + " }";
  }
  return "[" + text + "]";
}

}  // namespace

bool fits(const Setting& setting, const Value& value) {
  switch (setting.kind) {
    case Kind::text:
    case Kind::label:
    case Kind::path:
    case Kind::module: {
      const auto* text = std::get_if<std::string>(&value);
      return text != nullptr && fits_text(setting, *text);
    }
    case Kind::workers: {
      const auto* workers = std::get_if<Workers>(&value);
      return workers != nullptr && fits_workers(*workers);
    }
    case Kind::listeners: {
      const auto* entries = std::get_if<std::vector<ListenEntry>>(&value);
      return entries != nullptr && fits_listeners(setting, *entries);
    }
    case Kind::environment: {
      const auto* variables = std::get_if<std::map<std::string, std::string>>(&value);
      return variables != nullptr && fits_environment(*variables);
    }
    case Kind::options: {
      const auto* options = std::get_if<std::vector<Option>>(&value);
      return options != nullptr && options->size() <= kOptionsMax;
    }
    default:
      break;
  }
  const auto* number = std::get_if<uint64_t>(&value);
  return number != nullptr && *number >= setting.bounds.lowest && *number <= highest(setting);
}

std::string_view kind_name(const Setting& setting) noexcept {
  switch (setting.kind) {
    case Kind::text:
      return "text";
    case Kind::label:
      return "name";
    case Kind::path:
    case Kind::module:
      return "path";
    case Kind::number:
    case Kind::amount:
      return "number";
    case Kind::size:
      return "size";
    case Kind::duration:
      return "duration";
    case Kind::mode:
      return "file rights";
    case Kind::choice:
      return "choice";
    case Kind::workers:
      return "number, \"auto\" or table";
    case Kind::listeners:
      return "array of addresses";
    case Kind::environment:
      return "table of texts";
    case Kind::options:
      return "table";
  }
  return "";
}

std::string bound_text(const Setting& setting, uint64_t bound) {
  std::string text = number_text(setting, bound);
  std::erase(text, '"');
  return text;
}

std::string requirement(const Setting& setting) {
  switch (setting.kind) {
    case Kind::text:
    case Kind::path:
    case Kind::module:
      return fmt::format("a {} of {} to {} bytes without control characters",
                         setting.kind == Kind::text ? "text" : "path", setting.bounds.lowest,
                         setting.bounds.highest);
    case Kind::label:
      return fmt::format(
          "a name of 1 to {} letters, digits, '.', '_' and '-', a letter or digit first",
          setting.bounds.highest);
    case Kind::number:
    case Kind::amount:
      return "a whole number" + bounds_text(setting);
    case Kind::size:
      return "a size like \"64KiB\"" + bounds_text(setting);
    case Kind::duration:
      return "a duration like \"10s\"" + bounds_text(setting);
    case Kind::mode:
      return "rights in octal like \"0660\"" + bounds_text(setting);
    case Kind::choice: {
      std::string names;
      for (const std::string_view choice : setting.choices)
        names += (names.empty() ? "" : ", ") + toml_string(choice);
      return "one of " + names;
    }
    case Kind::workers:
      return fmt::format(
          "\"auto\", a whole number from 1 to {0}, or {{min = ..., max = ...}} with "
          "1 <= min <= max <= {0}",
          kWorkersMax);
    case Kind::listeners:
      return fmt::format("an array of {} to {} addresses like \"127.0.0.1:8080\"",
                         setting.bounds.lowest, setting.bounds.highest);
    case Kind::environment:
      return fmt::format("a table of at most {} variables and their texts", kEnvironmentMax);
    case Kind::options:
      return fmt::format("a table of at most {} values", kOptionsMax);
  }
  return "";
}

ValueProblem misfit(const Setting& setting, std::string_view path, std::string_view what) {
  return {fmt::format("{} must be {}, not {}", path, requirement(setting), what), {}};
}

std::expected<Value, ValueProblem> value_from_text(const Setting& setting, std::string_view path,
                                                   std::string_view text) {
  auto value = parse(setting, path, text);
  if (value && !fits(setting, *value))
    return std::unexpected(misfit(setting, path, toml_string(text)));
  return value;
}

std::string toml_value(const Setting& setting, const Value& value) {
  struct Writer {
    const Setting& setting;
    std::string operator()(uint64_t number) const { return number_text(setting, number); }
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(const Workers& workers) const {
      if (workers.automatic) return "\"auto\"";
      if (workers.min == workers.max) return std::to_string(workers.min);
      return fmt::format("{{ min = {}, max = {} }}", workers.min, workers.max);
    }
    std::string operator()(const std::vector<ListenEntry>& entries) const {
      return listeners_text(entries);
    }
    std::string operator()(const std::map<std::string, std::string>& variables) const {
      std::string text;
      for (const auto& [name, content] : variables)
        text += fmt::format("{}{} = {}", text.empty() ? " " : ", ", toml_key(name),
                            toml_string(content));
      return text.empty() ? "{}" : "{" + text + " }";
    }
    std::string operator()(const std::vector<Option>& options) const {
      return options_toml(options);
    }
  };
  return std::visit(Writer{setting}, value);
}

}  // namespace svc
