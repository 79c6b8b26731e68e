// open_files.h — the files that were asked for in the last second, open.
//
// Why: finding a name below its folder takes half a dozen system calls that may wait for a disk,
// and so belongs into the pool; what is asked for a thousand times a second is found once, and the
// other answers come from the loop's own thread at once. A second is what a change takes to show;
// an answer is never put together of two states, because descriptor, size and head are one entry's.
//
// All entries go together, a second after the first of them came: nothing is held open for longer
// than that, and a file that was removed frees its disk. Process: a worker. Threads: the
// loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/clock.h"
#include "core/loop/timer.h"
#include "core/sdk/ready_file.h"

namespace svc {

// A file and its compressed siblings.
struct OpenFile {
  struct Variant {
    std::string_view coding;  // Empty: the file as it is, always the first.
    ReadyFile file;
  };
  std::vector<Variant> variants;
};

class OpenFiles {
 public:
  static constexpr Duration kKept = 1s;
  static constexpr size_t kEntriesMax = 512;  // Three descriptors each, at most.
  static constexpr size_t kNameMax = 512;     // Longer ones are not kept.

  OpenFiles();

  // nullptr: has to be looked for.
  std::shared_ptr<const OpenFile> find(std::string_view path) const;
  // REQUIRES: a fiber. Does nothing while there are too many.
  void put(std::string_view path, std::shared_ptr<const OpenFile> file);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };
  std::unordered_map<std::string, std::shared_ptr<const OpenFile>, Hash, std::equal_to<>> files_;
  Timer end_;
};

}  // namespace svc
