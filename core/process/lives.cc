#include "core/process/lives.h"

#include <algorithm>

#include "core/base/sys.h"
#include "core/process/estate.h"

namespace svc {
namespace {

bool has_ended(int life) {
  pollfd look{life, POLLIN, 0};
  return sys::poll(&look, 1, 0) > 0 && (look.revents & POLLHUP) != 0;
}

bool is_same(int a, int b) {
  struct stat first {
  }, second{};
  return sys::fstat(a, &first) == 0 && sys::fstat(b, &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace

Lives::~Lives() {
  for (const Fd& life : former_) loop_.unwatch(life.get(), *this);
}

Result<> Lives::open() {
  int ends[2];
  if (sys::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return Error::from_errno("pipe");
  reader_ = Fd(ends[0]);
  writer_ = Fd(ends[1]);
  return {};
}

Result<> Lives::add(Fd life) {
  const bool known = std::any_of(former_.begin(), former_.end(),
                                 [&](const Fd& it) { return is_same(it.get(), life.get()); });
  if (known || has_ended(life.get())) return {};
  SVC_TRY_VOID(loop_.watch(life.get(), 0, *this));  // EPOLLHUP is always told.
  former_.push_back(std::move(life));
  return {};
}

std::vector<int> Lives::readers() const {
  // The oldest ones can be forgotten when there are very many: they have had their time.
  const size_t kept = std::min(former_.size(), EstateText::kLivesMax - 1);
  std::vector<int> readers = {reader_.get()};
  for (size_t i = former_.size() - kept; i < former_.size(); ++i)
    readers.push_back(former_[i].get());
  return readers;
}

void Lives::on_ready(uint32_t) {
  for (Fd& life : former_)
    if (has_ended(life.get())) {
      loop_.unwatch(life.get(), *this);
      life.reset();
    }
  const bool any = !former_.empty();
  std::erase_if(former_, [](const Fd& life) { return !life; });
  if (any && former_.empty() && then_) then_();
}

}  // namespace svc
