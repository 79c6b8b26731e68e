#include "tests/support/http_corpus.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace svc::test {
namespace {

char hex_byte(std::string_view text, size_t at) {
  if (at + 4 > text.size()) throw std::runtime_error("unfinished \\x");
  return static_cast<char>(std::stoi(std::string(text.substr(at + 2, 2)), nullptr, 16));
}

std::string unescape(std::string_view text);

// "\{TEXT*N}" at `at`: appends it and returns what it is long.
size_t repeat(std::string_view text, size_t at, std::string& out) {
  // The text may hold braces and stars itself: the repetition ends at the first "*", digits, "}".
  for (size_t star = text.find('*', at); star != text.npos; star = text.find('*', star + 1)) {
    size_t end = star + 1;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end == star + 1 || end == text.size() || text[end] != '}') continue;
    const std::string piece = unescape(text.substr(at + 2, star - at - 2));
    const auto count = std::stoul(std::string(text.substr(star + 1, end - star - 1)));
    constexpr size_t kBytesMax = 4 * 1024 * 1024;
    if (count > kBytesMax || piece.size() * count > kBytesMax) {
      throw std::runtime_error("a repetition of more than 4 MiB");
    }
    for (size_t i = 0; i < count; ++i) out += piece;
    return end + 1 - at;
  }
  throw std::runtime_error("\\{ without *N}");
}

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\n') {
      ++at;
      continue;
    }
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
    if (kind == '{') {
      at += repeat(text, at, out);
      continue;
    }
    if (kind == 'x') {
      out += hex_byte(text, at);
      at += 4;
      continue;
    }
    constexpr std::string_view kNames = "rnt\\";
    constexpr std::string_view kBytes = "\r\n\t\\";
    const size_t known = kNames.find(kind);
    if (known == kNames.npos) throw std::runtime_error("unknown escape");
    out += kBytes[known];
    at += 2;
  }
  return out;
}

void parse_expect(std::string_view line, CorpusCase& made) {
  std::istringstream words{std::string(line)};
  std::string word;
  while (words >> word) {
    if (word == "keep" || word == "close" || word == "wait") {
      made.end = word == "keep"    ? CorpusCase::End::keep
                 : word == "close" ? CorpusCase::End::close
                                   : CorpusCase::End::wait;
      if (words >> word) throw std::runtime_error("something after keep, close or wait");
      return;
    }
    made.statuses.push_back(std::stoi(word));
  }
  throw std::runtime_error("expect without keep, close or wait");
}

}  // namespace

CorpusCase parse_case(std::string_view name, std::string_view text) {
  CorpusCase made;
  made.name = name;
  bool expected = false;
  while (!text.starts_with("---\n")) {
    const size_t end = text.find('\n');
    if (end == text.npos) throw std::runtime_error(made.name + ": no line ---");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const size_t space = std::min(line.find(' '), line.size());
    const std::string_view rest = line.substr(std::min(space + 1, line.size()));
    if (line.starts_with('#')) {
      if (!made.about.empty()) made.about += ' ';
      made.about += rest;
    } else if (line.substr(0, space) == "expect") {
      parse_expect(rest, made);
      expected = true;
    } else {
      made.wants.emplace_back(line.substr(0, space), unescape(rest));
    }
  }
  if (!expected || made.about.empty()) throw std::runtime_error(made.name + ": no # or no expect");
  made.bytes = unescape(text.substr(4));
  return made;
}

std::vector<CorpusCase> read_corpus(const std::filesystem::path& folder,
                                    std::string_view extension) {
  std::vector<CorpusCase> cases;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != extension) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    try {
      cases.push_back(parse_case(entry.path().stem().string(), text));
    } catch (const std::exception& fault) {
      throw std::runtime_error(entry.path().string() + ": " + fault.what());
    }
  }
  std::ranges::sort(cases, {}, &CorpusCase::name);
  return cases;
}

}  // namespace svc::test
