// bulletin.h — a text that the master posts and others read: what only it knows, in memory that
// only it can write.
//
// Why no request and no answer: whoever asks the master for its status at every scrape takes its
// time, and a stopped master would stop the scraper too. So the master writes when something has
// changed, and readers copy the latest text without its help.
//
// Why not on the board: any worker can write there. Here the descriptor is sealed against writing
// once the master has its own mapping, which no fork(2) hands on.
//
// How: two texts in turn; `posts` says how many have been posted, and so which one is the latest.
// The older one is overwritten next: a reader that took longer than that sees that it has to read
// again. A master that is killed half-way leaves the text before as it was.
//
//   offset 0      magic, layout, size, posts
//   offset 4096   text of an even number of posts
//   …             text of an odd one
//
// Processes: the master posts (one thread); any that holds the descriptor reads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/mapping.h"
#include "core/base/result.h"

namespace svc {

class SVC_API Bulletin {
 public:
  static constexpr size_t kTextMax = (size_t{1} << 20) - 64;

  static Result<Bulletin> create();  // Errors: SharedMapping's.
  // False, and nothing has changed: it is too long.
  [[nodiscard]] bool post(std::string_view text, Instant now) noexcept;
  int descriptor() const noexcept { return mapping_.descriptor(); }

 private:
  explicit Bulletin(SharedMapping mapping) noexcept : mapping_(std::move(mapping)) {}
  SharedMapping mapping_;
};

class SVC_API BulletinReader {
 public:
  // Checks size, magic and layout. Takes `memfd`.
  static Result<BulletinReader> attach(Fd memfd);

  struct Posted {
    std::string text;  // Empty: nothing has been posted yet.
    Instant at{};
  };
  Posted latest() const;

 private:
  explicit BulletinReader(SharedMapping mapping) noexcept : mapping_(std::move(mapping)) {}
  SharedMapping mapping_;
};

}  // namespace svc
