// expand.h — ${VAR}, ${VAR:-default}, ${file:/path} and $$ in the texts of a configuration.
//
//   ${VAR}            the master's variable; an error if it isn't set
//   ${VAR:-default}   the default if it isn't set or empty
//   ${file:path}      what the file holds, without one line break at its end: for secrets. Relative
//                     paths start at the file that names them. At most kExpandedMax bytes.
//   $$                a dollar; one that stands before neither { nor $ is itself
//
// A path or a default may hold expansions again. What comes out of a variable or a file is taken as
// it is.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "config/errors.h"
#include "config/load.h"
#include "config/tree.h"
#include "config/value.h"

namespace svc {

inline constexpr size_t kExpandedMax = 64 * 1024;

struct Expanded {
  std::string text;
  bool expanded = false;  // There was a ${…} in it.
  bool from_file = false;
};

std::expected<Expanded, ValueProblem> expand_text(std::string_view text,
                                                  const std::string& directory,
                                                  const LoadRequest& request);

// Every text below `node` that comes from a file; what goes wrong is reported there.
void expand(Node& node, const LoadRequest& request, ConfigErrors& errors);

}  // namespace svc
