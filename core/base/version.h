// version.h — the version that every program and document tells; set by the top CMakeLists.txt.
#pragma once

#ifndef SVC_VERSION
#error "SVC_VERSION comes from the build"
#endif

namespace svc {

inline constexpr const char* kVersion = SVC_VERSION;

}  // namespace svc
