// http_corpus.h — the raw requests of tests/corpus/http, read. The format is described in the
// README beside them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace svc::test {

struct CorpusCase {
  enum class End { keep, close, wait };

  std::string name;           // Of the file, without its extension.
  std::string about;          // What the case is about.
  std::vector<int> statuses;  // The final answers, in order.
  End end = End::keep;
  // "method" → "GET", "header" → "x-a=b": what the first request is understood as.
  std::vector<std::pair<std::string, std::string>> wants;
  std::string bytes;

  bool begins_with_head() const noexcept {  // Then its answer has no content, whatever it says.
    const size_t line = bytes.find_first_not_of("\r\n");
    return line != bytes.npos && std::string_view(bytes).substr(line).starts_with("HEAD ");
  }
};

// All cases of `folder` by name. Throws std::runtime_error with file and fault for a malformed one.
std::vector<CorpusCase> read_corpus(const std::filesystem::path& folder,
                                    std::string_view extension = ".req");
CorpusCase parse_case(std::string_view name, std::string_view text);

}  // namespace svc::test
