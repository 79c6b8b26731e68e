#include "tests/fuzz/case_seed.h"

#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "tests/support/http_corpus.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed);

namespace svc::test {
namespace {

std::optional<std::string> seed_bytes(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!text.starts_with("# ")) return std::nullopt;
  try {
    return parse_case("seed", text).bytes;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string bytes_of_input(const uint8_t* data, size_t size, size_t bytes_max) {
  std::string bytes =
      seed_bytes(data, size).value_or(std::string(reinterpret_cast<const char*>(data), size));
  if (bytes.size() > bytes_max) bytes.resize(bytes_max);
  return bytes;
}

}  // namespace svc::test

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int) {
  if (const auto bytes = svc::test::seed_bytes(data, size); bytes && bytes->size() <= max_size) {
    std::memcpy(data, bytes->data(), bytes->size());
    size = bytes->size();
  }
  return LLVMFuzzerMutate(data, size, max_size);
}
