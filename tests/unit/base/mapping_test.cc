#include "core/base/mapping.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <string>

#include "base_support.h"

namespace svc {
namespace {

SharedMapping mapping_of(size_t size) {
  auto mapping = SharedMapping::create("test", size);
  if (!mapping) throw std::runtime_error(mapping.error().text);
  return *std::move(mapping);
}

TEST(SharedMapping, BeginsAsZeros) {
  const SharedMapping mapping = mapping_of(10'000);
  ASSERT_EQ(mapping.bytes().size(), 10'000u);
  for (const std::byte byte : mapping.bytes()) ASSERT_EQ(byte, std::byte{0});
}

TEST(SharedMapping, AChildsWritesAreSeenByItsParent) {
  const SharedMapping mapping = mapping_of(64);
  EXPECT_EQ(in_child([&] {
              mapping.bytes()[3] = std::byte{42};
              return std::string("written");
            }),
            "written");
  EXPECT_EQ(mapping.bytes()[3], std::byte{42});
}

TEST(SharedMapping, AnAttachedOneIsTheSameMemory) {
  const SharedMapping first = mapping_of(64);
  auto second = SharedMapping::attach(Fd(sys::dup_cloexec(first.descriptor())), 64);
  ASSERT_TRUE(second) << second.error().text;
  first.bytes()[7] = std::byte{9};
  EXPECT_EQ(second->bytes()[7], std::byte{9});
}

TEST(SharedMapping, CanBeResizedByNobody) {
  const SharedMapping mapping = mapping_of(64);
  EXPECT_EQ(sys::ftruncate(mapping.descriptor(), 0), -1);
  EXPECT_EQ(sys::ftruncate(mapping.descriptor(), 1 << 20), -1);
  EXPECT_EQ(sys::fcntl(mapping.descriptor(), F_ADD_SEALS, F_SEAL_WRITE), -1);
}

TEST(SharedMapping, RefusesSizesThatCannotBeMapped) {
  EXPECT_EQ(SharedMapping::create("test", 0).error().code, std::errc::invalid_argument);
  EXPECT_EQ(SharedMapping::create("test", SIZE_MAX).error().code, std::errc::invalid_argument);
}

TEST(SharedMapping, RefusesMemoryOfAnotherSize) {
  const SharedMapping mapping = mapping_of(64);
  const auto attach = [&](size_t size) {
    return SharedMapping::attach(Fd(sys::dup_cloexec(mapping.descriptor())), size);
  };
  EXPECT_FALSE(attach(63));
  EXPECT_FALSE(attach(65));
  EXPECT_FALSE(attach(0));
  EXPECT_TRUE(attach(64));
}

TEST(SharedMapping, RefusesMemoryThatCouldShrinkUnderIt) {
  Fd unsealed(sys::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(sys::ftruncate(unsealed.get(), 64), 0);
  EXPECT_EQ(SharedMapping::attach(std::move(unsealed), 64).error().code,
            std::errc::invalid_argument);
}

TEST(SharedMapping, RefusesADescriptorThatIsNoMemory) {
  EXPECT_FALSE(SharedMapping::attach(make_pipe().read, 64));
  EXPECT_FALSE(SharedMapping::attach(Fd(), 64));
}

TEST(SharedMapping, MovesWithItsMemory) {
  SharedMapping mapping = mapping_of(64);
  mapping.bytes()[0] = std::byte{1};
  SharedMapping moved(std::move(mapping));
  EXPECT_TRUE(mapping.bytes().empty());
  mapping = mapping_of(128);
  mapping = std::move(moved);
  EXPECT_EQ(mapping.bytes().size(), 64u);
  EXPECT_EQ(mapping.bytes()[0], std::byte{1});
}

}  // namespace
}  // namespace svc
