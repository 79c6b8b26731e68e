// site_path.h — what a request's path names in a folder that is served, or that it can name
// nothing.
//
// The first of two walls around the folder: what isn't a plain name of a plain file never gets as
// far as the file system. The second one is the kernel's (open_below.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace svc {

// Names that begin with a dot: .git, .env, .htpasswd. RFC 8615 has one that is meant to be seen.
enum class DotFiles : uint8_t { refuse, well_known, serve };

struct SitePath {
  std::string relative;    // "css/site.css", "docs"; empty: the folder itself.
  bool as_folder = false;  // It ends with a slash, or is empty.
};

// `encoded` is the path without its first slash, still percent-encoded. nullopt: nothing is there,
// whatever the disk says: "." and "..", empty segments, a slash, a backslash or NUL inside a
// segment
// (%2F, %5C, %00), names longer than NAME_MAX, paths longer than PATH_MAX, refused dot files.
std::optional<SitePath> site_path(std::string_view encoded, DotFiles dot_files);

}  // namespace svc
