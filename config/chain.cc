#include "config/chain.h"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "config/expand.h"
#include "config/toml_reader.h"
#include "core/base/units.h"

namespace svc {
namespace {

class Loader {
 public:
  Loader(const LoadRequest& request, ConfigErrors& errors) : request_(request), errors_(errors) {}

  // `name` for messages, `path` to open; `referrer` is the text in `extends`, if any.
  std::optional<Node> load(const std::string& name, const std::string& path, const Node* referrer) {
    const auto real = request_.files->real_path(path);
    if (!real) return fail(name, referrer, why_unreadable(real.error(), kFileSizeMax));
    if (!enter(*real, name, referrer)) return std::nullopt;
    auto node = load_entered(name, path, *real, referrer);
    open_.pop_back();
    return node;
  }

  std::vector<std::string> take_files() { return std::move(files_); }

 private:
  struct Open {
    std::string real, name;
  };

  std::nullopt_t fail(const std::string& name, const Node* referrer, const std::string& why) {
    if (referrer != nullptr)
      report(errors_, *referrer, fmt::format("cannot read {}: {}", name, why));
    else
      errors_.add({name, 0, 0}, "cannot read the configuration: " + why);
    return std::nullopt;
  }

  bool enter(const std::string& real, const std::string& name, const Node* referrer) {
    const auto same = [&real](const Open& open) { return open.real == real; };
    if (const auto first = std::ranges::find_if(open_, same); first != open_.end()) {
      std::string circle;
      for (auto at = first; at != open_.end(); ++at) circle += at->name + " -> ";
      report(errors_, *referrer, "extends goes in a circle: " + circle + name);
      return false;
    }
    if (open_.size() >= kChainDepthMax || loads_ >= kChainFilesMax) {
      report(errors_, *referrer,
             fmt::format("extends goes too far: more than {} files deep or {} in all",
                         kChainDepthMax, kChainFilesMax));
      return false;
    }
    ++loads_;
    open_.push_back({real, name});
    if (std::ranges::find(files_, real) == files_.end()) files_.push_back(real);
    return true;
  }

  std::optional<Node> load_entered(const std::string& name, const std::string& path,
                                   const std::string& real, const Node* referrer) {
    auto text = request_.files->read(path, kFileSizeMax);
    if (!text) return fail(name, referrer, why_unreadable(text.error(), kFileSizeMax));
    const auto source = std::make_shared<const SourceText>(
        SourceText{OriginKind::file, name, real, directory_of(path), *std::move(text)});
    auto root = parse_toml(source, errors_);
    if (!root) return std::nullopt;
    root->at = {};  // The whole file is no place.

    Node::Table& table = *root->table();
    const auto extends = table.find("extends");
    if (extends == table.end()) return root;
    const Node names = std::move(extends->second);
    table.erase(extends);
    auto base = load_extended(names, name);
    if (!base) return std::nullopt;
    merge(*base, *std::move(root));
    return base;
  }

  std::optional<Node> load_extended(const Node& names, const std::string& by) {
    std::vector<const Node*> each;
    if (const Node::Array* array = names.array())
      for (const Node& item : *array) each.push_back(&item);
    else
      each.push_back(&names);

    Node merged;
    merged.source = names.source;
    bool failed = false;
    for (const Node* item : each) {
      auto base = load_named(*item, by);
      if (base)
        merge(merged, *std::move(base));
      else
        failed = true;  // The others are read all the same, for what is wrong with them.
    }
    if (failed) return std::nullopt;
    return merged;
  }

  std::optional<Node> load_named(const Node& item, const std::string& by) {
    if (item.text() == nullptr || item.text()->empty()) {
      report(
          errors_, item,
          "extends must be the name of a file, or an array of such names, not " + describe(item));
      return std::nullopt;
    }
    const auto file = expand_text(*item.text(), item.source->directory, request_);
    if (!file) {
      report(errors_, item, file.error().message, file.error().hint);
      return std::nullopt;
    }
    return load(join_path(directory_of(by), file->text),
                path_from(item.source->directory, file->text), &item);
  }

  const LoadRequest& request_;
  ConfigErrors& errors_;
  std::vector<Open> open_;  // From the file that was asked for down to the one being read.
  std::vector<std::string> files_;
  size_t loads_ = 0;
};

}  // namespace

std::optional<Chain> load_chain(const LoadRequest& request, ConfigErrors& errors) {
  Loader loader(request, errors);
  auto root =
      loader.load(request.path, path_from(request.working_directory, request.path), nullptr);
  if (!root) return std::nullopt;
  return Chain{*std::move(root), loader.take_files()};
}

}  // namespace svc
