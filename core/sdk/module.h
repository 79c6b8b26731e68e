// module.h — the one symbol by which a worker knows a service module.
//
// Why a tag: a module that was built with another SDK, another std::string or a sanitizer loads
// without complaint and corrupts memory later. The tag names each field that must agree, and stands
// in an ELF note too, so that `svcctl check` reads it without running code.
// Not in the tag: __GXX_ABI_VERSION (differs between compatible compilers) and build options.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/api.h"

namespace svc {

class App;

inline constexpr uint64_t kModuleMagic = 0x656c75646f6d7673;  // "svmodule"
inline constexpr uint32_t kSdkAbi = 1;  // Counted up when the SDK's ABI changes.

struct ModuleTag {
  uint32_t sdk_abi;
  uint8_t cxx11_string;   // _GLIBCXX_USE_CXX11_ABI
  uint8_t glibcxx_debug;  // _GLIBCXX_DEBUG
  uint8_t sanitizer;      // 0 none, 1 address, 2 thread, 3 memory
  uint8_t reserved;
};

struct ModuleInfo {
  uint64_t magic;
  uint32_t size;  // sizeof(ModuleInfo): grows at its end only.
  ModuleTag tag;
  const char* name;
  const char* version;
  void (*routes)(App& app);  // May throw: the worker reports what() and its boot has failed.
};

// The tag of the code that includes this header.
constexpr ModuleTag module_tag() noexcept {
  ModuleTag tag{kSdkAbi, 0, 0, 0, 0};
#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
  tag.cxx11_string = 1;
#endif
#if defined(_GLIBCXX_DEBUG)
  tag.glibcxx_debug = 1;
#endif
#if defined(__SANITIZE_ADDRESS__)
  tag.sanitizer = 1;
#elif defined(__SANITIZE_THREAD__)
  tag.sanitizer = 2;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  tag.sanitizer = 1;
#elif __has_feature(thread_sanitizer)
  tag.sanitizer = 2;
#elif __has_feature(memory_sanitizer)
  tag.sanitizer = 3;
#endif
#endif
  return tag;
}

}  // namespace svc
