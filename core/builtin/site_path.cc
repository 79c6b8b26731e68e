#include "core/builtin/site_path.h"

#include <climits>

#include "core/http/percent.h"

namespace svc {
namespace {

bool is_plain(std::string_view name) {
  constexpr std::string_view kNever("/\\\0", 3);
  return !name.empty() && name.size() <= NAME_MAX && name != "." && name != ".." &&
         name.find_first_of(kNever) == name.npos;
}

bool is_seen(std::string_view name, bool first, DotFiles dot_files) {
  if (!name.starts_with('.') || dot_files == DotFiles::serve) return true;
  return dot_files == DotFiles::well_known && first && name == ".well-known";
}

}  // namespace

std::optional<SitePath> site_path(std::string_view encoded, DotFiles dot_files) {
  SitePath path;
  while (!encoded.empty()) {
    const size_t slash = encoded.find('/');
    const auto name = percent_decode(encoded.substr(0, slash));
    if (!name || !is_plain(*name) || !is_seen(*name, path.relative.empty(), dot_files))
      return std::nullopt;
    if (!path.relative.empty()) path.relative += '/';
    path.relative += *name;
    if (path.relative.size() >= PATH_MAX) return std::nullopt;
    if (slash == encoded.npos) return path;
    encoded.remove_prefix(slash + 1);
  }
  path.as_folder = true;
  return path;
}

}  // namespace svc
