#include "config/expand.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/suggest.h"
#include "core/base/units.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

constexpr int kDepthMax = 8;  // Of expansions in expansions.

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

class Expander {
 public:
  Expander(const std::string& directory, const LoadRequest& request)
      : directory_(directory), request_(request) {}

  std::expected<Expanded, ValueProblem> run(std::string_view text) {
    Expanded result;
    if (!append(text, 0, result.text)) return std::unexpected(std::move(problem_));
    result.expanded = expanded_;
    result.from_file = from_file_;
    return result;
  }

 private:
  bool fail(std::string message, std::string hint = {}) {
    problem_ = {std::move(message), std::move(hint)};
    return false;
  }

  bool append(std::string_view text, int depth, std::string& out) {
    if (depth > kDepthMax)
      return fail(fmt::format("${{...}} in each other deeper than {} levels", kDepthMax));
    while (!text.empty()) {
      const size_t dollar = std::min(text.find('$'), text.size());
      out += text.substr(0, dollar);
      text.remove_prefix(dollar);
      if (text.starts_with("${")) {
        const size_t end = find_end(text);
        if (end == text.npos)
          return fail("\"${\" without its \"}\"", "write $$ for a plain dollar");
        if (!append_one(text.substr(2, end - 2), depth, out)) return false;
        text.remove_prefix(end + 1);
      } else if (!text.empty()) {
        out += '$';
        text.remove_prefix(text.starts_with("$$") ? 2 : 1);
      }
      if (out.size() > kExpandedMax)
        return fail("expands to more than " + format_size(kExpandedMax));
    }
    return true;
  }

  // The } that belongs to the ${ at the front.
  static size_t find_end(std::string_view text) {
    int open = 0;
    for (size_t at = 0; at < text.size(); ++at) {
      if (text.substr(at).starts_with("${")) ++open;
      if (text[at] == '}' && --open == 0) return at;
    }
    return text.npos;
  }

  // What stands between the braces.
  bool append_one(std::string_view inside, int depth, std::string& out) {
    expanded_ = true;
    constexpr std::string_view kFile = "file:";
    if (inside.starts_with(kFile)) return append_file(inside.substr(kFile.size()), depth, out);

    const size_t split = inside.find(":-");
    const std::string name(inside.substr(0, split));
    if (!is_variable_name(name))
      return fail(fmt::format("\"${{{}}}\" names no variable", inside),
                  "write $$ for a plain dollar");
    const auto found = request_.environment.find(name);
    const bool has_default = split != inside.npos;
    if (found != request_.environment.end() && !(has_default && found->second.empty())) {
      if (!utf8_valid(found->second))
        return fail(fmt::format("the variable {} is not valid UTF-8", name));
      out += found->second;
      return true;
    }
    if (has_default) return append(inside.substr(split + 2), depth + 1, out);
    return fail(fmt::format("the variable {} is not set", name), hint_for(name));
  }

  std::string hint_for(const std::string& name) const {
    std::vector<std::string_view> names;
    for (const auto& [known, value] : request_.environment) names.push_back(known);
    if (const auto near = suggest(name, names)) return fmt::format("did you mean ${{{}}}?", *near);
    return fmt::format("write ${{{}:-...}} to give it a default", name);
  }

  bool append_file(std::string_view written, int depth, std::string& out) {
    from_file_ = true;
    std::string path;
    if (!append(written, depth + 1, path)) return false;
    if (path.empty()) return fail("\"${file:}\" names no file");
    auto content = request_.files->read(path_from(directory_, path), kExpandedMax);
    if (!content)
      return fail(fmt::format("cannot read {} for ${{file:...}}: {}", path,
                              why_unreadable(content.error(), kExpandedMax)));
    if (!utf8_valid(*content)) return fail(fmt::format("{} is not valid UTF-8", path));
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    out += *content;
    return true;
  }

  const std::string& directory_;
  const LoadRequest& request_;
  bool expanded_ = false;
  bool from_file_ = false;
  ValueProblem problem_;
};

void expand_node(Node& node, std::string& text, const LoadRequest& request, ConfigErrors& errors) {
  if (node.source->kind != OriginKind::file || text.find('$') == text.npos) return;
  auto expanded = expand_text(text, node.source->directory, request);
  if (!expanded) {
    report(errors, node, expanded.error().message, expanded.error().hint);
    node.broken = true;
    return;
  }
  if (expanded->from_file) node.unshown = text;
  node.loose = expanded->expanded;
  text = std::move(expanded->text);
}

}  // namespace

std::expected<Expanded, ValueProblem> expand_text(std::string_view text,
                                                  const std::string& directory,
                                                  const LoadRequest& request) {
  return Expander(directory, request).run(text);
}

void expand(Node& node, const LoadRequest& request, ConfigErrors& errors) {
  if (errors.full()) return;  // Nothing will come of it anyway.
  if (Node::Table* table = node.table()) {
    for (auto& [key, child] : *table) expand(child, request, errors);
  } else if (auto* array = std::get_if<Node::Array>(&node.value)) {
    for (Node& child : *array) expand(child, request, errors);
  } else if (std::string* text = node.text()) {
    expand_node(node, *text, request, errors);
  }
}

}  // namespace svc
