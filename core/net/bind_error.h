// bind_error.h — why an address can't be listened on, told to the person who wrote it.
#pragma once

#include "core/base/result.h"
#include "core/net/address.h"

namespace svc {

// One line: the address, what is wrong, the remedy. `error_number` is what socket(2), bind(2) or
// listen(2) reported for `address`.
Error bind_error(int error_number, const Address& address);

}  // namespace svc
