#include "tests/support/corpus_run.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "core/base/check.h"

namespace svc::test {
namespace {

constexpr size_t kShownMax = 2000;

std::string difference(const CorpusRun& cut, const CorpusRun& whole, const std::string& how) {
  if (cut == whole) return "";
  return how + ":\n" + cut.transcript.substr(0, kShownMax) + "instead of\n" +
         whole.transcript.substr(0, kShownMax);
}

}  // namespace

void CorpusRun::tell(std::string_view what, std::string_view value) {
  told.emplace_back(what, value);
  transcript.append(what).append(" ").append(value).append("\n");
}

void ExactWindow::append(std::string_view more) {
  auto grown = std::make_unique<char[]>(size_ + more.size());
  if (size_ != 0) std::memcpy(grown.get(), block_.get() + at_, size_);
  if (!more.empty()) std::memcpy(grown.get() + size_, more.data(), more.size());
  size_ += more.size();
  block_ = std::move(grown);
  at_ = 0;
}

void ExactWindow::drop(size_t count) {
  SVC_CHECK(count <= size_);
  at_ += count;
  size_ -= count;
}

size_t all_at_once(size_t left) { return left; }

void feed(std::string_view bytes, const NextPiece& next_piece,
          const std::function<bool(std::string_view piece)>& receive) {
  while (!bytes.empty()) {
    const size_t size = next_piece(bytes.size());
    SVC_CHECK(size >= 1 && size <= bytes.size());
    if (!receive(bytes.substr(0, size))) return;
    bytes.remove_prefix(size);
  }
}

std::string cut_that_matters(size_t size, size_t cuts_max, const Rerun& run) {
  const CorpusRun whole = run(all_at_once);
  for (size_t at = 1; at < size; at += 1 + size / cuts_max) {
    bool first = true;
    const auto next = [&](size_t left) { return std::exchange(first, false) ? at : left; };
    const std::string found = difference(run(next), whole, "cut at " + std::to_string(at));
    if (!found.empty()) return found;
  }
  return "";
}

std::string slowness_that_matters(size_t size, size_t pieces_max, const Rerun& run) {
  const size_t piece = 1 + size / pieces_max;
  const auto next = [piece](size_t left) { return std::min(piece, left); };
  return difference(run(next), run(all_at_once), "in pieces of " + std::to_string(piece));
}

std::string random_cuts_that_matter(std::string_view bytes, std::initializer_list<size_t> longest,
                                    const Rerun& run) {
  const CorpusRun whole = run(all_at_once);
  std::minstd_rand random(static_cast<unsigned>(std::hash<std::string_view>{}(bytes)));
  for (const size_t size_max : longest) {
    const auto next = [&](size_t left) { return std::min<size_t>(left, 1 + random() % size_max); };
    const std::string how = "in random pieces of up to " + std::to_string(size_max);
    const std::string found = difference(run(next), whole, how);
    if (!found.empty()) return found;
  }
  return "";
}

}  // namespace svc::test
