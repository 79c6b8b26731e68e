// library.cc — libsvc.so is made of the floors; a shared library needs one source of its own.
#include "core/base/api.h"

namespace svc {

// For gdb and strings(1): which libsvc a core file or a process belongs to.
extern SVC_API const char library_version[];
const char library_version[] = "libsvc " SVC_VERSION;

}  // namespace svc
