#include "core/board/bulletin.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include "core/base/sys.h"

namespace svc {
namespace {

BulletinReader reader_of(const Bulletin& bulletin) {
  auto reader = BulletinReader::attach(Fd(sys::dup_cloexec(bulletin.descriptor())));
  if (!reader) throw std::runtime_error(reader.error().text);
  return *std::move(reader);
}

TEST(Bulletin, TheLatestTextIsRead) {
  Bulletin bulletin = Bulletin::create().value();
  const BulletinReader reader = reader_of(bulletin);
  EXPECT_EQ(reader.latest().text, "");
  ASSERT_TRUE(bulletin.post("one", Instant(1s)));
  ASSERT_TRUE(bulletin.post("another text", Instant(2s)));
  ASSERT_TRUE(bulletin.post("three", Instant(3s)));
  EXPECT_EQ(reader.latest().text, "three");
  EXPECT_EQ(reader.latest().at, Instant(3s));
}

TEST(Bulletin, HasABound) {
  Bulletin bulletin = Bulletin::create().value();
  const std::string most(Bulletin::kTextMax, 'x');
  ASSERT_TRUE(bulletin.post(most, Instant(1s)));
  EXPECT_FALSE(bulletin.post(most + "y", Instant(2s)));
  EXPECT_EQ(reader_of(bulletin).latest().text, most);
}

TEST(Bulletin, OnlyItsMakerWritesToIt) {
  Bulletin bulletin = Bulletin::create().value();
  EXPECT_EQ(sys::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, bulletin.descriptor(), 0),
            MAP_FAILED);
  EXPECT_LT(sys::write(bulletin.descriptor(), "x", 1), 0);
  const std::string path = "/proc/self/fd/" + std::to_string(bulletin.descriptor());
  const Fd again(sys::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (again) {
    EXPECT_LT(sys::write(again.get(), "x", 1), 0);
  }
  ASSERT_TRUE(bulletin.post("still", Instant(1s)));
  EXPECT_EQ(reader_of(bulletin).latest().text, "still");
}

TEST(Bulletin, ReadersNeverSeeHalfOfIt) {
  Bulletin bulletin = Bulletin::create().value();
  const BulletinReader reader = reader_of(bulletin);
  ASSERT_TRUE(bulletin.post("a", Instant(1s)));
  std::atomic<bool> ended{false};
  std::thread writer([&] {
    for (int i = 0; i < 2000; ++i)
      EXPECT_TRUE(bulletin.post(
          std::string(static_cast<size_t>(1 + i % 5000), static_cast<char>('a' + i % 26)),
          Instant(1s)));
    ended = true;
  });
  while (!ended) {
    const std::string text = reader.latest().text;
    EXPECT_EQ(text.find_first_not_of(text[0]), text.npos);
  }
  writer.join();
}

TEST(BulletinReader, RefusesWhatIsNone) {
  Fd memfd(sys::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_FALSE(BulletinReader::attach(std::move(memfd)));
  EXPECT_FALSE(BulletinReader::attach(Fd()));
}

}  // namespace
}  // namespace svc
