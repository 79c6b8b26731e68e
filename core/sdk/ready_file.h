// ready_file.h — a file that is open, and what every answer with it says: made once, for many
// requests.
//
// Thread: any; it does not change.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/fd.h"
#include "core/http/message.h"
#include "core/http/preconditions.h"
#include "core/sdk/response.h"

namespace svc {

class ReadyFile {
 public:
  // `answer` to GET for all of it, but for the content; `size` in bytes.
  ReadyFile(std::shared_ptr<const Fd> file, uint64_t size, Validators validators, Response answer);

  // By the request's conditions and ranges. Waits for no disk. Throws Problem 412, 416.
  Response respond_to(const RequestHead& request) const;

 private:
  bool fits_range(const RequestHead& request, int64_t now_s) const;

  std::shared_ptr<const Fd> file_;
  uint64_t size_;
  Validators validators_;
  Response answer_;
};

}  // namespace svc
