#include "core/base/mapping.h"

#include <sys/mman.h>

#include <cstdint>
#include <string>
#include <utility>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW;

Result<std::span<std::byte>> map_whole(int memfd, size_t size, std::string_view name,
                                       int protection = PROT_READ | PROT_WRITE) {
  void* memory = sys::mmap(nullptr, size, protection, MAP_SHARED, memfd, 0);
  if (memory == MAP_FAILED) return Error::from_errno("mmap " + std::string(name));
  return std::span(static_cast<std::byte*>(memory), size);
}

Result<Fd> sized_memfd(const char* name, size_t size) {
  if (size == 0 || size > PTRDIFF_MAX)
    return Error::invalid("shared memory " + std::string(name) + ": a size of " +
                          std::to_string(size) + " bytes can't be mapped");
  Fd memfd(sys::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memfd) return Error::from_errno("memfd_create " + std::string(name));
  if (sys::ftruncate(memfd.get(), static_cast<off_t>(size)) < 0)
    return Error::from_errno("ftruncate " + std::string(name));
  return memfd;
}

Result<> seal(const Fd& memfd, int seals, const char* name) {
  if (sys::fcntl(memfd.get(), F_ADD_SEALS, seals) < 0)
    return Error::from_errno("fcntl F_ADD_SEALS " + std::string(name));
  return {};
}

// It must not shrink under its readers, and be what it is said to be.
Result<> check_memfd(const Fd& memfd, size_t size) {
  const int seals = sys::fcntl(memfd.get(), F_GET_SEALS);
  if (seals < 0) return Error::from_errno("shared memory that was handed in: fcntl F_GET_SEALS");
  if ((seals & kSeals) != kSeals)
    return Error::invalid("shared memory that was handed in is not sealed against resizing");
  struct stat facts;
  if (sys::fstat(memfd.get(), &facts) < 0)
    return Error::from_errno("shared memory that was handed in: fstat");
  if (size == 0 || facts.st_size != static_cast<off_t>(size))
    return Error::invalid("shared memory that was handed in has " + std::to_string(facts.st_size) +
                          " bytes instead of " + std::to_string(size));
  return {};
}

}  // namespace

Result<SharedMapping> SharedMapping::create(const char* name, size_t size) {
  SVC_TRY(Fd memfd, sized_memfd(name, size));
  // F_SEAL_SEAL as well: no process that holds the descriptor can seal it against writing.
  SVC_TRY_VOID(seal(memfd, kSeals | F_SEAL_SEAL, name));
  SVC_TRY(const auto bytes, map_whole(memfd.get(), size, name));
  return SharedMapping(std::move(memfd), bytes);
}

Result<SharedMapping> SharedMapping::create_own(const char* name, size_t size) {
  SVC_TRY(Fd memfd, sized_memfd(name, size));
  SVC_TRY(const auto bytes, map_whole(memfd.get(), size, name));
  SharedMapping mapping(std::move(memfd), bytes);
  if (sys::madvise(bytes.data(), size, MADV_DONTFORK) < 0)
    return Error::from_errno("madvise " + std::string(name));
  if (!seal(mapping.memfd_, kSeals | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL, name))
    SVC_TRY_VOID(seal(mapping.memfd_, kSeals | F_SEAL_SEAL, name));
  return mapping;
}

Result<SharedMapping> SharedMapping::attach(Fd memfd, size_t size) {
  SVC_TRY_VOID(check_memfd(memfd, size));
  SVC_TRY(const auto bytes, map_whole(memfd.get(), size, "shared memory that was handed in"));
  return SharedMapping(std::move(memfd), bytes);
}

Result<SharedMapping> SharedMapping::attach_others(Fd memfd, size_t size) {
  SVC_TRY_VOID(check_memfd(memfd, size));
  SVC_TRY(const auto bytes,
          map_whole(memfd.get(), size, "shared memory that was handed in", PROT_READ));
  return SharedMapping(std::move(memfd), bytes);
}

SharedMapping::SharedMapping(Fd memfd, std::span<std::byte> bytes) noexcept
    : memfd_(std::move(memfd)), bytes_(bytes) {}

SharedMapping::SharedMapping(SharedMapping&& other) noexcept
    : memfd_(std::move(other.memfd_)), bytes_(std::exchange(other.bytes_, {})) {}

SharedMapping& SharedMapping::operator=(SharedMapping&& other) noexcept {
  if (this == &other) return *this;
  if (!bytes_.empty()) sys::munmap(bytes_.data(), bytes_.size());
  memfd_ = std::move(other.memfd_);
  bytes_ = std::exchange(other.bytes_, {});
  return *this;
}

SharedMapping::~SharedMapping() {
  if (!bytes_.empty()) sys::munmap(bytes_.data(), bytes_.size());
}

}  // namespace svc
