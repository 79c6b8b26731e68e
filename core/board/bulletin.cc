#include "core/board/bulletin.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <utility>

#include "core/base/check.h"
#include "core/board/board_number.h"

namespace svc {
namespace {

constexpr uint64_t kBulletinMagic = 0x6e6c6c7562637673;  // "svcbulln", little-endian.
constexpr uint64_t kBulletinLayout = 1;
constexpr size_t kTextsOffset = 4096;

struct BulletinHeader {
  uint64_t magic;
  uint64_t layout;
  uint64_t size;
  BoardNumber posts;
};

struct BulletinText {
  BoardNumber size;
  BoardNumber at_ns;
  std::array<BoardNumber, Bulletin::kTextMax / sizeof(uint64_t)> words;
};

struct BulletinMemory {
  BulletinHeader header;
  std::array<std::byte, kTextsOffset - sizeof(BulletinHeader)> rest_of_page;
  std::array<BulletinText, 2> texts;
};
static_assert(Bulletin::kTextMax % sizeof(uint64_t) == 0);

BulletinMemory& memory_of(const SharedMapping& mapping) noexcept {
  return *reinterpret_cast<BulletinMemory*>(mapping.bytes().data());
}

}  // namespace

Result<Bulletin> Bulletin::create() {
  SVC_TRY(SharedMapping mapping,
          SharedMapping::create_own("svcd-bulletin", sizeof(BulletinMemory)));
  BulletinHeader& header = memory_of(mapping).header;
  header.magic = kBulletinMagic;
  header.layout = kBulletinLayout;
  header.size = sizeof(BulletinMemory);
  return Bulletin(std::move(mapping));
}

bool Bulletin::post(std::string_view text, Instant now) noexcept {
  if (text.size() > kTextMax) return false;
  BulletinMemory& memory = memory_of(mapping_);
  const uint64_t posts = memory.header.posts.get() + 1;
  BulletinText& next = memory.texts[posts % 2];
  // Published word by word: whoever sees one sees that `posts` had got so far before (latest()).
  for (size_t at = 0; at < text.size(); at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min(sizeof word, text.size() - at));
    next.words[at / sizeof word].publish(word);
  }
  next.size.publish(text.size());
  next.at_ns.publish(static_cast<uint64_t>(Duration(now.time_since_epoch()).count()));
  memory.header.posts.publish(posts);
  return true;
}

Result<BulletinReader> BulletinReader::attach(Fd memfd) {
  SVC_TRY(SharedMapping mapping,
          SharedMapping::attach_others(std::move(memfd), sizeof(BulletinMemory)));
  const BulletinHeader& header = memory_of(mapping).header;
  if (header.magic != kBulletinMagic || header.layout != kBulletinLayout ||
      header.size != sizeof(BulletinMemory))
    return Error::invalid("what was handed in as the master's facts is something else");
  return BulletinReader(std::move(mapping));
}

BulletinReader::Posted BulletinReader::latest() const {
  const BulletinMemory& memory = memory_of(mapping_);
  Posted found;
  for (;;) {
    const uint64_t posts = memory.header.posts.get_published();
    if (posts == 0) return found;
    const BulletinText& text = memory.texts[posts % 2];
    const size_t size = std::min<size_t>(text.size.get_published(), Bulletin::kTextMax);
    found.at = Instant(Duration(static_cast<int64_t>(text.at_ns.get_published())));
    found.text.resize(size);
    for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
      const uint64_t word = text.words[at / sizeof(uint64_t)].get_published();
      std::memcpy(found.text.data() + at, &word, std::min(sizeof word, size - at));
    }
    // The text that we copied is overwritten by the post after the next one.
    if (memory.header.posts.get() == posts) return found;
  }
}

}  // namespace svc
