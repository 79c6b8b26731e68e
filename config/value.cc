#include "config/value.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "config/options.h"
#include "config/tree.h"
#include "core/base/units.h"

namespace svc {
namespace {

using std::chrono::milliseconds;

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

bool fits_texts(const Setting& setting, const std::vector<std::string>& texts) {
  return within(setting.bounds, texts.size()) &&
         std::ranges::all_of(texts, [](const std::string& text) {
           return !text.empty() && text.size() <= kTextsBytesMax && is_printable(text);
         });
}

bool fits_listeners(const Setting& setting, const std::vector<ListenEntry>& entries) {
  if (!within(setting.bounds, entries.size())) return false;
  return std::ranges::all_of(entries, [](const ListenEntry& entry) {
    return std::ranges::all_of(fields<ListenEntry>(), [&entry](const Field<ListenEntry>& field) {
      return fits(*field.setting, field.get(entry));
    });
  });
}

// A name becomes part of a memfd's.
bool fits_regions(const std::map<std::string, std::string>& regions) {
  if (regions.size() > kRegionsMax) return false;
  constexpr std::string_view kNameChars =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return std::ranges::all_of(regions, [kNameChars](const auto& region) {
    const auto& [name, text] = region;
    const auto size = parse_size(text);
    return !name.empty() && name.size() <= 64 && name.find_first_not_of(kNameChars) == name.npos &&
           size && *size >= kRegionSizeMin && *size <= kRegionSizeMax;
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

// A size that is not borne out by its elements would cost whoever prints it.
bool fits_options(const std::vector<Option>& options) {
  return options.size() <= kOptionsMax && std::ranges::all_of(options, [](const Option& option) {
           const auto* array = std::get_if<OptionArray>(&option.value);
           return !option.key.empty() && (array == nullptr || array->size <= kOptionsMax);
         });
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

bool is_service_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= kServiceNameMax && is_letter_or_digit(name.front()) &&
         std::ranges::all_of(name,
                             [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

bool fits(const Setting& setting, const Value& value) {
  switch (setting.kind) {
    case Kind::text:
    case Kind::label:
    case Kind::path:
    case Kind::target:
    case Kind::module: {
      const auto* text = std::get_if<std::string>(&value);
      return text != nullptr && fits_text(setting, *text);
    }
    case Kind::texts: {
      const auto* texts = std::get_if<std::vector<std::string>>(&value);
      return texts != nullptr && fits_texts(setting, *texts);
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
    case Kind::regions: {
      const auto* regions = std::get_if<std::map<std::string, std::string>>(&value);
      return regions != nullptr && fits_regions(*regions);
    }
    case Kind::options: {
      const auto* options = std::get_if<std::vector<Option>>(&value);
      return options != nullptr && fits_options(*options);
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
    case Kind::texts:
      return "array of texts";
    case Kind::label:
      return "name";
    case Kind::path:
    case Kind::target:
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
    case Kind::regions:
      return "table of sizes";
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
    case Kind::target:
    case Kind::module:
      return fmt::format("a {} of {} to {} bytes without control characters",
                         setting.kind == Kind::text ? "text" : "path", setting.bounds.lowest,
                         setting.bounds.highest);
    case Kind::texts:
      return fmt::format("an array of {} to {} texts", setting.bounds.lowest,
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
    case Kind::regions:
      return fmt::format(
          "a table of at most {} names and sizes from 64KiB to 64GiB like "
          "{{ sessions = \"8MiB\" }}",
          kRegionsMax);
    case Kind::options:
      return fmt::format("a table of at most {} values", kOptionsMax);
  }
  return "";
}

ValueProblem misfit(const Setting& setting, std::string_view path, std::string_view what) {
  return {fmt::format("{} must be {}, not {}", path, requirement(setting), what), {}};
}

std::string toml_value(const Setting& setting, const Value& value) {
  struct Writer {
    const Setting& setting;
    std::string operator()(uint64_t number) const { return number_text(setting, number); }
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(const std::vector<std::string>& texts) const {
      std::string list;
      for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + toml_string(text);
      return "[" + list + "]";
    }
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
