// errors.h — everything that is wrong with a configuration, at once, each with its place.
//
// Why a list: whoever fixes a file wants all that is wrong with it, not the first thing. Text is
// for people (file:line:column, the line, a caret); the members are for `--json` and editors.
//
//   shop.toml:12:3: no setting "worker" in [service.users]
//       worker = 4
//       ^ did you mean "workers"?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "core/base/json_writer.h"
#include "core/base/result.h"

namespace svc {

struct ConfigError {
  Place place;          // place.file is the variable or argument when it was none of a file's.
  std::string message;  // One sentence, no full stop.
  std::string hint;     // "did you mean ...", or empty.
  std::string excerpt;  // The offending line, cut to kExcerptMax around the column; may be empty.
  size_t caret = 0;     // Where in `excerpt` it is: characters from its front.
};

class SVC_API ConfigErrors {
 public:
  static constexpr size_t kErrorsMax = 100;  // Further ones are counted only.
  static constexpr size_t kExcerptMax = 100;

  // `line_text`: the whole line that the place is on, or empty. Not numbered: the place's column
  // is for the caret only, because what it is in is no file.
  void add(Place place, std::string message, std::string hint = {}, std::string_view line_text = {},
           bool numbered = true);
  bool empty() const noexcept { return list_.empty(); }
  bool full() const noexcept { return list_.size() >= kErrorsMax; }
  void omit() noexcept { ++omitted_; }  // Counts one that nobody worded, because of full().
  const std::vector<ConfigError>& list() const noexcept { return list_; }
  size_t omitted() const noexcept { return omitted_; }
  void sort();  // By file in the order of first mention, then line, then column.

  std::string text() const;  // Lines without a final line break.
  Error to_error() const;    // code invalid_argument; its text has several lines.
  // Array of {"file","line","column","message","hint"}; absent ones are left out.
  void write_json(JsonWriter& json) const;

 private:
  std::vector<ConfigError> list_;
  size_t omitted_ = 0;
};

}  // namespace svc
