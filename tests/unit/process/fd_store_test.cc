#include "core/process/fd_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "core/base/packet.h"

namespace svc {
namespace {

std::vector<int> numbers_of(const std::vector<Fd>& descriptors) {
  std::vector<int> numbers;
  for (const Fd& fd : descriptors) numbers.push_back(fd.get());
  return numbers;
}

std::vector<Fd> some_descriptors(size_t count) {
  std::vector<Fd> descriptors;
  for (size_t i = 0; i < count; ++i) descriptors.emplace_back(::dup(STDERR_FILENO));
  return descriptors;
}

TEST(FdStore, ReadersFindWhatWasPutLastAsOftenAsTheyLook) {
  auto store = FdStore::create();
  ASSERT_TRUE(store);
  EXPECT_FALSE(FdStore::read(store->reader()));
  const auto descriptors = some_descriptors(3);
  for (const char* text : {"first", "second", "third"})
    ASSERT_TRUE(store->put(text, numbers_of(descriptors)));
  for (int i = 0; i < 3; ++i) {
    const auto content = FdStore::read(store->reader());
    ASSERT_TRUE(content);
    EXPECT_EQ(content->text, "third");
    EXPECT_EQ(content->descriptors.size(), 3u);
  }
}

TEST(FdStore, MoreDescriptorsThanAPacketCarriesComeBackInOrder) {
  auto store = FdStore::create();
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const Fd reading(pipe[0]), writing(pipe[1]);
  auto descriptors = some_descriptors(3 * kBulkDescriptorsMax);
  descriptors.emplace_back(::dup(writing.get()));
  ASSERT_TRUE(store->put("text", numbers_of(descriptors)));
  const auto content = FdStore::read(store->reader());
  ASSERT_TRUE(content);
  ASSERT_EQ(content->descriptors.size(), descriptors.size());
  EXPECT_EQ(::write(content->descriptors.back().get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(reading.get(), &byte, 1), 1);
}

// As if the master had been killed between the packets of a new content.
TEST(FdStore, HalfAContentHidesNoCompleteOne) {
  auto store = FdStore::create();
  ASSERT_TRUE(store->put("complete", {}));
  auto other = FdStore::create();
  const auto descriptors = some_descriptors(kBulkDescriptorsMax + 1);
  ASSERT_TRUE(other->put("torn", numbers_of(descriptors)));
  std::vector<char> buffer(1024);
  const auto packet =
      receive_packet(other->reader(), buffer, {.descriptors_max = kBulkDescriptorsMax});
  ASSERT_TRUE(packet && *packet);
  ASSERT_TRUE(send_packet(store->writer(), (*packet)->bytes, "", {}));
  ASSERT_TRUE(send_packet(store->writer(), "rubbish", "", {}));
  EXPECT_EQ(FdStore::read(store->reader())->text, "complete");
  ASSERT_TRUE(store->put("newer", {}));
  EXPECT_EQ(FdStore::read(store->reader())->text, "newer");
}

TEST(FdStore, WhatIsClearedIsClosedWhoeverLooks) {
  auto store = FdStore::create();
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_NONBLOCK), 0);
  const Fd reading(pipe[0]);
  Fd writing(pipe[1]);
  const int number = writing.get();
  ASSERT_TRUE(store->put("text", {&number, 1}));
  writing.reset();
  char byte = 0;
  EXPECT_EQ(::read(reading.get(), &byte, 1), -1);  // Somebody could still write.
  store->clear();
  EXPECT_EQ(::read(reading.get(), &byte, 1), 0);
  EXPECT_FALSE(FdStore::read(store->reader()));
}

TEST(FdStore, OnlyPacketSocketsAreReaders) {
  auto store = FdStore::create();
  EXPECT_TRUE(FdStore::is_reader(store->reader()));
  EXPECT_FALSE(FdStore::is_reader(STDERR_FILENO));
  EXPECT_FALSE(FdStore::is_reader(-1));
}

}  // namespace
}  // namespace svc
