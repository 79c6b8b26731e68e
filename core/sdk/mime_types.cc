#include "core/sdk/mime_types.h"

#include <map>

#include "core/base/file.h"
#include "core/http/chars.h"

namespace svc {
namespace {

constexpr size_t kSystemTableMax = 4 * 1024 * 1024;

// In the form of /etc/mime.types: a type, then the extensions that mean it.
constexpr std::string_view kOwnTable = R"(
application/gzip gz
application/json json map
application/ld+json jsonld
application/manifest+json webmanifest
application/pdf pdf
application/rss+xml rss
application/atom+xml atom
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/wasm wasm
application/x-ndjson ndjson
application/x-tar tar
application/xml xml
application/yaml yaml yml
application/zip zip
application/zstd zst
audio/mpeg mp3
audio/ogg ogg oga
audio/wav wav
font/otf otf
font/ttf ttf
font/woff woff
font/woff2 woff2
image/avif avif
image/gif gif
image/jpeg jpg jpeg
image/png png
image/svg+xml svg
image/webp webp
image/x-icon ico
text/css css
text/csv csv
text/html html htm
text/javascript js mjs
text/markdown md
text/plain txt text log
video/mp4 mp4
video/webm webm
)";

class MimeTable {
 public:
  MimeTable() {
    if (auto system = read_file("/etc/mime.types", kSystemTableMax)) add(*system);
    add(kOwnTable);
  }

  const std::string& of(const std::string& extension) const {
    static const std::string kUnknown = "application/octet-stream";
    const auto found = types_.find(extension);
    return found != types_.end() ? found->second : kUnknown;
  }

 private:
  void add(std::string_view table) {
    while (!table.empty()) {
      std::string_view line = table.substr(0, table.find('\n'));
      table.remove_prefix(std::min(line.size() + 1, table.size()));
      add_line(line.substr(0, line.find('#')));
    }
  }

  void add_line(std::string_view line) {
    const std::string_view type = next_word(line);
    if (!all_chars(type, kValueChar)) return;
    const bool is_text = type.starts_with("text/");
    for (std::string_view end = next_word(line); !end.empty(); end = next_word(line)) {
      // The first who names an extension is right.
      types_.try_emplace(std::string(end),
                         std::string(type).append(is_text ? "; charset=utf-8" : ""));
    }
  }

  static std::string_view next_word(std::string_view& line) {
    constexpr std::string_view kBlank = " \t\r";
    const size_t from = std::min(line.find_first_not_of(kBlank), line.size());
    const size_t end = std::min(line.find_first_of(kBlank, from), line.size());
    const std::string_view word = line.substr(from, end - from);
    line.remove_prefix(end);
    return word;
  }

  std::map<std::string, std::string, std::less<>> types_;
};

}  // namespace

const std::string& mime_type(std::string_view file_name) {
  static const MimeTable table;
  const size_t dot = file_name.find_last_of("./");
  std::string extension;
  if (dot != std::string_view::npos && file_name[dot] == '.') {
    for (const char c : file_name.substr(dot + 1)) {
      extension += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return table.of(extension);
}

}  // namespace svc
