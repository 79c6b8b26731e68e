// prose.h — what the printers of the table share: lines, bounds and defaults in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/schema.h"

namespace svc {

// The words of `text` in lines of at most `width` bytes (a longer word has a line to itself).
std::vector<std::string> wrap(std::string_view text, size_t width);
// Its sentences, one each.
std::vector<std::string> sentences(std::string_view text);

// As it stands in a file: `"30s"`, `[]`; empty for a setting that has no default of its own.
std::string default_text(const Setting& setting);
// "1 to 64"; empty where anything goes.
std::string allowed_text(const Setting& setting);
// What a change of it takes, as a sentence.
std::string_view change_text(Change change);
// "[service.NAME.http]": a section as people write it.
std::string section_title(std::string_view section);
// "SVC_SERVICE__NAME__HTTP__BODY_MAX"; empty where there is none (in a list).
std::string variable_name(const Setting& setting);

struct SectionRow {
  std::string_view section;
  std::string_view prose;
};
// The sections in the order of a file.
std::span<const SectionRow> sections();

inline constexpr std::string_view kExtendsProse =
    "A file, or an array of files, that this one is laid over: tables are merged key by key, "
    "anything else is replaced, and later files win over earlier ones. Relative names start at the "
    "directory of the file that names them.";

}  // namespace svc
