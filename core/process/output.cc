#include "core/process/output.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr long kPipeSize = 256 * 1024;

}  // namespace

Result<std::unique_ptr<OutputPipe>> OutputPipe::open(EventLoop& loop, OnLine on_line,
                                                     Fd& child_end) {
  int ends[2];
  if (sys::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
    return Error::from_errno("pipe for a worker's output");
  auto pipe = std::make_unique<OutputPipe>(loop, Fd(ends[0]), std::move(on_line));
  child_end = Fd(ends[1]);
  // More room where the user's share of pipe memory allows; else the usual 64 KiB do.
  static_cast<void>(sys::fcntl(ends[0], F_SETPIPE_SZ, kPipeSize));
  SVC_TRY_VOID(loop.watch(ends[0], EPOLLIN, *pipe));
  return pipe;
}

OutputPipe::OutputPipe(EventLoop& loop, Fd end, OnLine on_line)
    : loop_(loop), end_(std::move(end)), on_line_(std::move(on_line)), resume_([this] {
        if (end_ && !loop_.watch(end_.get(), EPOLLIN, *this)) close();
      }) {}

OutputPipe::~OutputPipe() { close(); }

void OutputPipe::close() {
  resume_.disarm();
  if (end_) loop_.unwatch(end_.get(), *this);
  end_.reset();
}

void OutputPipe::read(size_t bytes_max) {
  if (loop_.now() - second_began_ >= 1s) {
    second_began_ = loop_.now();
    in_second_ = 0;
  }
  std::array<char, 4096> buffer;
  for (size_t taken = 0; taken < bytes_max && end_;) {
    const ssize_t size = sys::read(end_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return close();  // The worker has closed its end.
    taken += static_cast<size_t>(size);
    in_second_ += static_cast<size_t>(size);
    take({buffer.data(), static_cast<size_t>(size)});
  }
  if (in_second_ > kPerSecond) pause();
}

void OutputPipe::pause() {
  if (!end_) return;
  loop_.unwatch(end_.get(), *this);
  resume_.arm(loop_, second_began_ + 1s);
}

void OutputPipe::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const size_t room = kLineMax - line_.size();
    const size_t size = std::min(end == bytes.npos ? bytes.size() : end, room);
    line_ += bytes.substr(0, size);
    const bool ended = size == end;
    bytes.remove_prefix(ended ? size + 1 : size);
    if (!ended && line_.size() < kLineMax) continue;
    on_line_(line_);
    line_.clear();
  }
}

void OutputPipe::finish() {
  if (end_) read(kPerSecond);
  close();
  if (line_.empty()) return;
  on_line_(line_);
  line_.clear();
}

}  // namespace svc
