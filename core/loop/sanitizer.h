// sanitizer.h — what ASan and TSan are told about a switch of stacks; nothing in other builds.
//
// Sources: <sanitizer/common_interface_defs.h>, <sanitizer/tsan_interface.h>.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define SVC_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SVC_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define SVC_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SVC_TSAN 1
#endif
#endif

#ifdef SVC_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef SVC_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace svc::sanitizer {

// Before the switch: where the present fake stack is to be kept (nullptr: this stack ends) and the
// bounds of the stack that will run.
inline void start_switch([[maybe_unused]] void** fake_stack, [[maybe_unused]] const void* low,
                         [[maybe_unused]] size_t size) noexcept {
#ifdef SVC_ASAN
  __sanitizer_start_switch_fiber(fake_stack, low, size);
#endif
}

// After it, on the stack that runs now; tells the bounds of the one that was left.
inline void finish_switch([[maybe_unused]] void* fake_stack, [[maybe_unused]] const void** old_low,
                          [[maybe_unused]] size_t* old_size) noexcept {
#ifdef SVC_ASAN
  __sanitizer_finish_switch_fiber(fake_stack, old_low, old_size);
#endif
}

// The frames of an ended fiber never returned, so what ASan poisoned between their variables is
// poisoned still.
inline void unpoison([[maybe_unused]] const void* low, [[maybe_unused]] size_t size) noexcept {
#ifdef SVC_ASAN
  __asan_unpoison_memory_region(low, size);
#endif
}

inline void* tsan_create() noexcept {
#ifdef SVC_TSAN
  return __tsan_create_fiber(0);
#else
  return nullptr;
#endif
}

inline void* tsan_current() noexcept {
#ifdef SVC_TSAN
  return __tsan_get_current_fiber();
#else
  return nullptr;
#endif
}

inline void tsan_switch([[maybe_unused]] void* fiber) noexcept {
#ifdef SVC_TSAN
  __tsan_switch_to_fiber(fiber, 0);
#endif
}

inline void tsan_destroy([[maybe_unused]] void* fiber) noexcept {
#ifdef SVC_TSAN
  __tsan_destroy_fiber(fiber);
#endif
}

}  // namespace svc::sanitizer
