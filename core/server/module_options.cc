#include "core/server/module_options.h"

#include <fmt/core.h>

#include <variant>

namespace svc {
namespace {

std::string origin(const Place& place) {
  if (place.line == 0) return place.file;
  return fmt::format("{}:{}:{}", place.file, place.line, place.column);
}

OptionRow::Value value(const Option::Value& from) {
  return std::visit(
      [](const auto& item) -> OptionRow::Value {
        if constexpr (std::is_same_v<std::decay_t<decltype(item)>, OptionArray>)
          return OptionRow::List{item.size};
        else
          return item;
      },
      from);
}

}  // namespace

Options module_options(const ServiceConfig& service) {
  std::vector<OptionRow> rows;
  rows.reserve(service.options.size());
  for (const Option& option : service.options)
    rows.push_back({option.key, value(option.value), origin(option.place)});
  return Options(fmt::format("service.{}.options", service.name), std::move(rows));
}

}  // namespace svc
