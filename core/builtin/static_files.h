// static_files.h — builtin = "static": the files of a folder.
//
//   [service.site.options]
//   root = "public"                # relative: to the file that says so
//   index = "index.html"           # of a folder; "" for none
//   fallback = "index.html"        # for what names nothing and has no dot in its last segment
//   cache_control = "max-age=3600" # of files; the fallback has no-cache
//   symlinks = "inside"            # "never", "inside" (of the root), "anywhere"
//   dot_files = "refuse"           # "refuse", "well_known" (/.well-known only), "serve"
//   precompressed = true           # site.css.br and site.css.gz in the place of site.css
//
// What leads out of the folder, is refused, is no regular file, or isn't there, is 404 all the
// same: an answer tells nothing about the disk. Ranges and validators are svc::File's
// (core/sdk/file.h).
//
// The folder is looked up anew every second (open_files.h), so one that is replaced (a link to the
// next release) serves from then on. Process: a worker. Threads: the loop's, but for what looks at
// the disk, which runs in the pool.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/builtin/open_below.h"
#include "core/builtin/open_files.h"
#include "core/builtin/site_path.h"
#include "core/sdk/app.h"
#include "core/sdk/request.h"
#include "core/sdk/response.h"
#include "core/sdk/types/constrained.h"

namespace svc {

struct StaticOptions {
  Text<1, 4096> root;
  Default<Text<0, 255>, "index.html"> index;
  std::optional<Text<1, 1024>> fallback;
  std::optional<Text<1, 1024>> cache_control;
  Default<Symlinks, Symlinks::inside> symlinks;
  Default<DotFiles, DotFiles::refuse> dot_files;
  Default<bool, true> precompressed;
};

class StaticFiles {
 public:
  // Throws OptionError for what can't be served, naming the place in the configuration.
  explicit StaticFiles(const Options& options);

  // The answer to GET and HEAD. `encoded`: the path without its first slash. In a fiber; looks for
  // the file in the pool, unless it has done so in the last second.
  // Throws Problem 403, 404, 412, 416, 503.
  Response answer(std::string_view encoded, const Request& request);

 private:
  // What a path stands for: a file, or (nullptr) a folder whose address lacks its slash.
  using Place = std::shared_ptr<const OpenFile>;

  // Block: for the pool. They change nothing here.
  Place look_for(std::string_view encoded) const;
  std::optional<Found> find(int root, const std::string& relative) const;
  std::optional<Found> find_index(int root, std::string& relative) const;
  Place open(int root, Found found, const std::string& relative, bool is_fallback) const;

  // What the client can decode.
  static const ReadyFile& choose(const OpenFile& open, const Request& request);

  StaticOptions options_;
  std::string root_;
  OpenFiles open_files_;
};

// All paths; REQUIRES: the app's options are those above.
SVC_API void static_routes(App& app);

}  // namespace svc
