#include "core/sdk/exception_text.h"

namespace svc {

std::string exception_text() { return exception_text(std::current_exception()); }

std::string exception_text(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace svc
