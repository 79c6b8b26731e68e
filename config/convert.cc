#include "config/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "config/files.h"
#include "config/listen.h"
#include "config/options.h"
#include "config/value.h"
#include "config/value_text.h"
#include "core/base/suggest.h"

namespace svc {
namespace {

class Conversion {
 public:
  Conversion(const Setting& setting, const std::string& path, ConfigErrors& errors)
      : setting_(setting), path_(path), errors_(errors) {}

  std::optional<Value> run(const Node& node) {
    if (is_broken(node)) return std::nullopt;
    if (node.loose && node.text() != nullptr && setting_.kind != Kind::options)
      return finish(node, value_from_text(setting_, path_, *node.text()));
    switch (setting_.kind) {
      case Kind::number:
      case Kind::amount:
        return number(node);
      case Kind::size:
        return size(node);
      case Kind::duration:
        return duration(node);
      case Kind::workers:
        return workers(node);
      case Kind::texts:
        return texts(node);
      case Kind::listeners:
        return listeners(node);
      case Kind::environment:
        return environment(node);
      case Kind::regions:
        return regions(node);
      case Kind::options:
        if (node.table() == nullptr) return misplaced(node);
        return fitting(node, flatten_options(node));
      default:
        break;
    }
    if (node.text() == nullptr) return misplaced(node);
    return finish(node, value_from_text(setting_, path_, *node.text()));
  }

 private:
  // An expansion in it failed, and has been reported.
  static bool is_broken(const Node& node) {
    if (const Node::Array* array = node.array()) return std::ranges::any_of(*array, is_broken);
    if (const Node::Table* table = node.table())
      return std::ranges::any_of(*table, [](const auto& item) { return is_broken(item.second); });
    return node.broken;
  }

  std::optional<Value> fail(const Node& node, const ValueProblem& problem) {
    report(errors_, node, problem.message, problem.hint);
    return std::nullopt;
  }

  std::optional<Value> misplaced(const Node& node, std::string hint = {}) {
    ValueProblem problem = misfit(setting_, path_, describe(node));
    problem.hint = std::move(hint);
    return fail(node, problem);
  }

  std::optional<Value> fitting(const Node& node, Value value) {
    if (!fits(setting_, value)) return misplaced(node);
    return value;
  }

  // A text has been read; paths and addresses are then seen from where they were written.
  std::optional<Value> finish(const Node& node, std::expected<Value, ValueProblem> value) {
    if (!value) {
      if (!node.unshown.empty()) return misplaced(node);  // Without the text: it is a secret.
      return fail(node, value.error());
    }
    if (auto* entries = std::get_if<std::vector<ListenEntry>>(&*value)) {
      for (ListenEntry& entry : *entries)
        if (!address(node, entry)) return std::nullopt;
      return fitting(node, *std::move(value));
    }
    auto* text = std::get_if<std::string>(&*value);
    if (text == nullptr || text->empty()) return *std::move(value);
    const bool word = *text == "stderr" || *text == "stdout";
    const bool path = setting_.kind == Kind::path || (setting_.kind == Kind::target && !word) ||
                      (setting_.kind == Kind::module && text->find('/') != text->npos);
    if (path) *text = join_path(node.source->directory, *text);
    return fitting(node, *std::move(value));
  }

  std::optional<Value> number(const Node& node) {
    const auto* number = std::get_if<int64_t>(&node.value);
    if (number == nullptr || *number < 0) {
      if (node.text() == nullptr) return misplaced(node);
      const bool would_do = value_from_text(setting_, path_, *node.text()).has_value();
      return misplaced(node, would_do ? "write " + *node.text() + " without quotes" : "");
    }
    return fitting(node, static_cast<uint64_t>(*number));
  }

  std::optional<Value> size(const Node& node) {
    if (const auto* bytes = std::get_if<int64_t>(&node.value); bytes != nullptr && *bytes >= 0)
      return fitting(node, static_cast<uint64_t>(*bytes));
    if (node.text() == nullptr) return misplaced(node);
    return finish(node, value_from_text(setting_, path_, *node.text()));
  }

  std::optional<Value> duration(const Node& node) {
    if (const auto* number = std::get_if<int64_t>(&node.value)) {
      if (*number == 0) return fitting(node, uint64_t{0});
      return misplaced(node, *number > 0 ? fmt::format("did you mean \"{}s\"?", *number) : "");
    }
    if (node.text() == nullptr) return misplaced(node);
    return finish(node, value_from_text(setting_, path_, *node.text()));
  }

  std::optional<Value> workers(const Node& node) {
    if (const auto* number = std::get_if<int64_t>(&node.value)) {
      if (*number < 1 || *number > kWorkersMax) return misplaced(node);
      const auto count = static_cast<uint32_t>(*number);
      return Workers{false, count, count};
    }
    if (const Node::Table* table = node.table()) return workers_range(node, *table);
    if (node.text() == nullptr) return misplaced(node);
    if (*node.text() == "auto") return Workers{};
    const bool would_do = value_from_text(setting_, path_, *node.text()).has_value();
    return misplaced(node, would_do && node.text()->find('-') == std::string::npos
                               ? "write " + *node.text() + " without quotes"
                               : "");
  }

  std::optional<Value> workers_range(const Node& node, const Node::Table& table) {
    static constexpr std::array<std::string_view, 2> kKeys = {"min", "max"};
    // Each bound is a whole number of its own; together they are judged below.
    const Setting bound{
        setting_.section, setting_.name, Kind::number, {}, setting_.bounds, setting_.change, {}};
    Workers workers{false, 0, 0};
    bool good = true;
    for (const auto& [key, child] : table) {
      if (key != "min" && key != "max") {
        report_unknown_key(errors_, child, key, path_, kKeys);
        good = false;
        continue;
      }
      const auto value = convert(bound, path_ + "." + key, child, errors_);
      if (!value) good = false;
      if (value)
        (key == "min" ? workers.min : workers.max) =
            static_cast<uint32_t>(std::get<uint64_t>(*value));
    }
    if (!good) return std::nullopt;
    for (const std::string_view key : kKeys) {
      if (table.contains(key)) continue;
      report(errors_, node, fmt::format("{}: {} is missing", path_, key));
      return std::nullopt;
    }
    if (fits(setting_, workers)) return workers;
    return fail(node, misfit(setting_, path_,
                             fmt::format("{{min = {}, max = {}}}", workers.min, workers.max)));
  }

  std::optional<Value> texts(const Node& node) {
    const Node::Array* array = node.array();
    if (array == nullptr) {
      return misplaced(
          node, node.text() == nullptr ? "" : fmt::format("write [{}]", toml_string(*node.text())));
    }
    std::vector<std::string> list;
    for (const Node& item : *array) {
      if (item.text() == nullptr) return misplaced(item);
      list.push_back(*item.text());
    }
    return fitting(node, std::move(list));
  }

  bool address(const Node& node, ListenEntry& entry) {
    const auto shape = listen_shape(entry.address, node.source->directory);
    if (!shape && !node.unshown.empty()) {  // Without the text: it is a secret.
      report(errors_, node, fmt::format("{}: {} is not an address", path_, describe(node)));
      return false;
    }
    if (!shape) {
      report(errors_, node, fmt::format("{}: {}", path_, shape.error().message),
             shape.error().hint);
      return false;
    }
    entry.address = shape->address;
    return true;
  }

  std::optional<Value> listeners(const Node& node) {
    const Node::Array* array = node.array();
    if (array == nullptr) {
      return misplaced(
          node, node.text() == nullptr ? "" : fmt::format("write [{}]", toml_string(*node.text())));
    }
    std::vector<ListenEntry> entries;
    bool good = true;
    for (const Node& item : *array) {
      if (auto entry = listener(item))
        entries.push_back(*std::move(entry));
      else
        good = false;
    }
    if (!good) return std::nullopt;
    return fitting(node, std::move(entries));
  }

  std::optional<ListenEntry> listener(const Node& item) {
    ListenEntry entry;
    if (const std::string* text = item.text()) {
      entry.address = *text;
      if (!address(item, entry)) return std::nullopt;
      return entry;
    }
    const Node::Table* table = item.table();
    if (table == nullptr) {
      report(errors_, item,
             fmt::format("{}: an address is a text like \"127.0.0.1:8080\", or a table with "
                         "address, not {}",
                         path_, describe(item)));
      return std::nullopt;
    }
    if (!listener_table(item, *table, entry)) return std::nullopt;
    return entry;
  }

  bool listener_table(const Node& item, const Node::Table& table, ListenEntry& entry) {
    std::vector<std::string_view> known;
    for (const auto& field : fields<ListenEntry>()) known.push_back(field.setting->name);
    bool good = true;
    for (const auto& [key, child] : table) {
      const Field<ListenEntry>* found = nullptr;
      for (const auto& field : fields<ListenEntry>())
        if (field.setting->name == key) found = &field;
      if (found == nullptr) {
        report_unknown_key(errors_, child, key, path_, known);
        good = false;
      } else if (auto value = convert(*found->setting, path_ + "." + key, child, errors_)) {
        found->set(entry, *std::move(value));
      } else {
        good = false;
      }
    }
    if (!good) return false;
    const auto where = table.find("address");
    if (where == table.end()) {
      report(errors_, item, path_ + ": the address is missing");
      return false;
    }
    if (!address(where->second, entry)) return false;
    if (!entry.address.starts_with("unix:/") && table.size() > 1) {
      report(errors_, item,
             path_ + ": mode, owner and group are for the files of Unix sockets only");
      return false;
    }
    return true;
  }

  std::optional<Value> environment(const Node& node) {
    const Node::Table* table = node.table();
    if (table == nullptr) return misplaced(node);
    std::map<std::string, std::string> variables;
    bool good = true;
    for (const auto& [name, child] : *table) {
      if (child.text() == nullptr) {
        report(errors_, child,
               fmt::format("{}.{} must be a text, not {}", path_, toml_key(name), describe(child)));
        good = false;
        continue;
      }
      variables[name] = *child.text();
      if (fits(setting_, std::map<std::string, std::string>{{name, *child.text()}})) continue;
      report_key(errors_, child,
                 fmt::format("{}: {} can't be a variable: no \"=\" and no control characters in "
                             "its name, no NUL in its text",
                             path_, toml_string(name)));
      good = false;
    }
    if (!good) return std::nullopt;
    return fitting(node, std::move(variables));
  }

  std::optional<Value> regions(const Node& node) {
    const Node::Table* table = node.table();
    if (table == nullptr) return misplaced(node);
    std::map<std::string, std::string> sizes;
    bool good = true;
    for (const auto& [name, child] : *table) {
      if (child.text() != nullptr) {
        sizes[name] = *child.text();
        if (fits(setting_, std::map<std::string, std::string>{{name, *child.text()}})) continue;
      }
      report(errors_, child,
             fmt::format("{}.{} must be a size from 64KiB to 64GiB like \"8MiB\", and its name "
                         "letters, digits, - and _, not {}",
                         path_, toml_key(name), describe(child)));
      good = false;
    }
    if (!good) return std::nullopt;
    return fitting(node, std::move(sizes));
  }

  const Setting& setting_;
  const std::string& path_;
  ConfigErrors& errors_;
};

}  // namespace

std::optional<Value> convert(const Setting& setting, const std::string& path, const Node& node,
                             ConfigErrors& errors) {
  return Conversion(setting, path, errors).run(node);
}

void report_unknown_key(ConfigErrors& errors, const Node& node, std::string_view key,
                        std::string_view section, std::span<const std::string_view> known) {
  if (errors.full()) return errors.omit();  // Not even worth a hint.
  constexpr size_t kListedMax = 10;
  std::string hint = "svcctl config explain lists them all";
  if (const auto near = suggest(key, known)) {
    hint = fmt::format("did you mean \"{}\"?", *near);
  } else if (known.size() <= kListedMax) {
    hint = fmt::format("there {} {}", known.size() == 1 ? "is" : "are", fmt::join(known, ", "));
  }
  report_key(errors, node, fmt::format("no setting {} in {}", toml_string(key), section),
             std::move(hint));
}

}  // namespace svc
