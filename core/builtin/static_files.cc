#include "core/builtin/static_files.h"

#include <fcntl.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/base/sys.h"
#include "core/builtin/content_coding.h"
#include "core/sdk/file.h"
#include "core/sdk/offload.h"
#include "core/sdk/problem.h"

namespace svc {
namespace {

Problem not_there() { return Problem(404, "there is no such file"); }

// nullopt: as good as not there. Throws for the rest.
std::optional<Found> judge(Result<Found> found) {
  if (found) return *std::move(found);
  switch (static_cast<int>(found.error().code)) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case EXDEV:
      return std::nullopt;
    case EACCES:
      throw Problem(403, "this file is not for everybody");
    case EMFILE:
    case ENFILE:
      throw Problem(503, "the service is overloaded").header("Retry-After", "1");
    default:
      throw std::runtime_error(found.error().text);
  }
}

Result<Fd> open_folder(const std::string& path) {
  Fd folder(sys::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return Error::from_errno(path);
  return folder;
}

// A page's address and the folder's differ by the slash, on which its relative links depend.
Response with_slash(const Request& request) {
  std::string location(request.path());
  location += '/';
  if (!request.query_string().empty()) location.append("?").append(request.query_string());
  return Response(301).header("Location", location);
}

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

void check_name(const Options& options, std::string_view key, std::string_view name) {
  if (name.find('/') != name.npos || name == "." || name == "..")
    throw options.wrong(key, "must be a file's name, without a folder");
}

}  // namespace

StaticFiles::StaticFiles(const Options& options)
    : options_(options.as<StaticOptions>()), root_(options.path("root", options_.root)) {
  check_name(options, "index", options_.index);
  if (options_.cache_control) try {
      Response().header("Cache-Control", *options_.cache_control);
    } catch (const std::invalid_argument& problem) {
      throw options.wrong("cache_control", problem.what());
    }
  const auto root = open_folder(root_);
  if (!root) throw options.wrong("root", "no folder to serve: " + root.error().text);
  if (!options_.fallback) return;
  const auto found = find_below(root->get(), *options_.fallback, options_.symlinks);
  if (!found || !found->is_file())
    throw options.wrong("fallback", "there is no such file in " + root_);
}

std::optional<Found> StaticFiles::find(int root, const std::string& relative) const {
  return judge(find_below(root, relative, options_.symlinks));
}

std::optional<Found> StaticFiles::find_index(int root, std::string& relative) const {
  if (options_.index.empty()) return std::nullopt;
  if (!relative.empty()) relative += '/';
  relative += options_.index;
  return find(root, relative);
}

StaticFiles::Place StaticFiles::look_for(std::string_view encoded) const {
  auto path = site_path(encoded, options_.dot_files);
  if (!path) throw not_there();
  const auto root = open_folder(root_);
  if (!root) throw not_there();  // Between two releases.
  auto found = find(root->get(), path->relative);
  if (found && found->is_folder()) {
    if (!path->as_folder) return nullptr;
    found = find_index(root->get(), path->relative);
  } else if (path->as_folder) {
    found.reset();  // "/page.html/" is another name than "/page.html".
  }
  if (found && found->is_file()) return open(root->get(), *std::move(found), path->relative, false);
  // A missing picture is missing; an address of the application's own is the application's.
  const bool is_address = last_name(encoded).find('.') == std::string_view::npos;
  if (!options_.fallback || found || !is_address) throw not_there();
  found = find(root->get(), *options_.fallback);
  if (!found || !found->is_file()) throw not_there();
  return open(root->get(), *std::move(found), *options_.fallback, true);
}

StaticFiles::Place StaticFiles::open(int root, Found found, const std::string& relative,
                                     bool is_fallback) const {
  struct Opened {
    std::string_view coding;
    Fd file;
  };
  std::vector<Opened> opened;
  auto itself = open_found(found);
  if (!itself) judge(itself.error());  // Throws, unless it has just been removed.
  if (!itself) throw not_there();
  opened.push_back({"", *std::move(itself)});
  // Whatever is wrong with a sibling is no reason to withhold the file itself.
  if (options_.precompressed) {
    for (const ContentCoding& each : kContentCodings) {
      const auto sibling = find_below(root, relative + std::string(each.suffix), options_.symlinks);
      if (!sibling || !sibling->is_file()) continue;
      if (auto file = open_found(*sibling)) opened.push_back({each.name, *std::move(file)});
    }
  }
  auto place = std::make_shared<OpenFile>();
  for (Opened& each : opened) {
    File file(std::move(each.file), std::string(last_name(relative)));
    file.header("X-Content-Type-Options", "nosniff");
    if (!each.coding.empty()) file.encoded(each.coding);
    if (opened.size() > 1) file.header("Vary", "Accept-Encoding");
    if (is_fallback) {
      file.header("Cache-Control", "no-cache");
    } else if (options_.cache_control) {
      file.header("Cache-Control", *options_.cache_control);
    }
    place->variants.push_back({each.coding, std::move(file).ready()});
  }
  return place;
}

const ReadyFile& StaticFiles::choose(const OpenFile& open, const Request& request) {
  const OpenFile::Variant* chosen = &open.variants.front();
  if (open.variants.size() > 1) {
    const auto wanted = wanted_codings(request.headers("Accept-Encoding").value_or(""));
    auto best = wanted.end();
    for (const OpenFile::Variant& each : open.variants) {
      const auto place = std::ranges::find(wanted, each.coding, &ContentCoding::name);
      if (place == wanted.end() || place >= best) continue;
      best = place;
      chosen = &each;
    }
  }
  return chosen->file;
}

Response StaticFiles::answer(std::string_view encoded, const Request& request) {
  Place place = open_files_.find(encoded);
  if (!place) {
    place = offload([&] { return look_for(encoded); });
    if (!place) return with_slash(request);
    open_files_.put(encoded, place);
  }
  return choose(*place, request).respond_to(request.head());
}

void static_routes(App& app) {
  const auto files = std::make_shared<StaticFiles>(app.options());
  app.openapi({.enabled = false});  // The folder may have files of these names.
  app.get("/{path...}", [files](EncodedPath path, Request& request) {
    return files->answer(path.text, request);
  });
}

}  // namespace svc
