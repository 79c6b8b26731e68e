#include "config/value_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "config/tree.h"
#include "core/base/suggest.h"
#include "core/base/units.h"

namespace svc {
namespace {

using std::chrono::milliseconds;

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
    case Kind::target:
    case Kind::module:
      return std::string(text);
    case Kind::texts:
      return split(text, ',');
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
    case Kind::regions:
      return or_misfit(parse_environment(text), setting, path, text);
    case Kind::listeners:
      return parse_listeners(text);
    case Kind::options:
      break;
  }
  return std::unexpected(misfit(setting, path, toml_string(text)));
}

}  // namespace

std::expected<Value, ValueProblem> value_from_text(const Setting& setting, std::string_view path,
                                                   std::string_view text) {
  auto value = parse(setting, path, text);
  if (value && !fits(setting, *value))
    return std::unexpected(misfit(setting, path, toml_string(text)));
  return value;
}

}  // namespace svc
