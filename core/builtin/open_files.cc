#include "core/builtin/open_files.h"

#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"

namespace svc {

OpenFiles::OpenFiles() : end_([this] { files_.clear(); }) {}

std::shared_ptr<const OpenFile> OpenFiles::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

void OpenFiles::put(std::string_view path, std::shared_ptr<const OpenFile> file) {
  if (path.size() > kNameMax || files_.size() >= kEntriesMax) return;
  if (files_.empty()) {
    EventLoop& loop = Fiber::current()->owner().loop();
    end_.arm(loop, loop.now() + kKept);
  }
  files_.insert_or_assign(std::string(path), std::move(file));
}

}  // namespace svc
