#include "core/sdk/issues.h"

#include <algorithm>

#include "core/base/json_writer.h"

namespace svc {

void Issues::add(const InputPlace& place, std::string_view type, std::string msg) {
  if (full()) return;
  Issue issue;
  for (const InputPlace* at = &place; at != nullptr; at = at->parent) {
    if (at->is_index) {
      issue.loc.emplace_back(at->index);
    } else if (!at->name.empty() || at->parent != nullptr) {
      issue.loc.emplace_back(std::string(at->name));
    }
  }
  std::reverse(issue.loc.begin(), issue.loc.end());
  issue.msg = std::move(msg);
  issue.type = type;
  if (std::ranges::find(list_, issue) == list_.end()) list_.push_back(std::move(issue));
}

void Issues::add(std::string_view member, std::string msg, std::string_view type) {
  if (member.empty())
    return add(checked_ != nullptr ? *checked_ : InputPlace(), type, std::move(msg));
  add(InputPlace{checked_, member}, type, std::move(msg));
}

void write_issues(JsonWriter& json, std::span<const Issue> issues) {
  json.array([&] {
    for (const Issue& issue : issues) {
      json.object([&] {
        json.key("loc");
        json.array([&] {
          for (const auto& step : issue.loc) {
            std::visit([&](const auto& part) { json.value(part); }, step);
          }
        });
        json.field("msg", issue.msg);
        json.field("type", issue.type);
      });
    }
  });
}

std::string describe_issues(std::span<const Issue> issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) text += "; ";
    for (const auto& step : issue.loc) {
      if (const auto* name = std::get_if<std::string>(&step)) {
        if (&step != &issue.loc.front()) text += '.';
        text += *name;
      } else {
        text += '[' + std::to_string(std::get<size_t>(step)) + ']';
      }
    }
    text += ": " + issue.msg;
  }
  return text;
}

}  // namespace svc
