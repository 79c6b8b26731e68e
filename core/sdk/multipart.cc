#include "core/sdk/multipart.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "core/base/fd.h"
#include "core/base/file.h"
#include "core/base/random.h"
#include "core/base/sys.h"
#include "core/sdk/multipart_parser.h"
#include "core/sdk/offload.h"
#include "core/sdk/problem.h"
#include "core/sdk/request.h"

namespace svc {
namespace {

using Step = MultipartParser::Step;

constexpr std::string_view kMultipartType = "multipart/form-data";
constexpr size_t kReadSize = 16 * 1024;
constexpr size_t kSaveSize = 256 * 1024;  // Given to the pool at once.

MultipartParser parser_for(const Request& request) {
  const auto type = request.header("Content-Type");
  if (!type || !is_media_type(*type, kMultipartType)) {
    throw Problem(415, "the body must be sent with Content-Type: multipart/form-data")
        .header("Accept", kMultipartType);
  }
  auto parser = MultipartParser::for_type(*type);
  if (!parser) throw Problem(400, parser.error().text);
  return *std::move(parser);
}

[[noreturn]] void fail_saving(std::string_view doing, const std::string& path) {
  throw std::runtime_error(Error::from_errno(std::string(doing) + " " + path).text);
}

// A file that is removed again unless it has become complete.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path), draft_(path + ".part-" + random_hex(8)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    // Removing a name is quick, and this may be the way out of a cancelled request.
    if (!draft_.empty() && file_) remove_file(draft_);
  }

  // Apart from the constructor: Cancelled may come when it is there, and the destructor removes it.
  void create() {
    svc::offload([this] {
      file_.reset(sys::open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      if (!file_) fail_saving("create", draft_);
    });
  }

  void append(std::string_view bytes) {
    svc::offload([this, bytes] {
      if (auto written = write_all(file_.get(), bytes, draft_); !written) {
        throw std::runtime_error(written.error().text);
      }
    });
  }

  void complete() {
    svc::offload([this] {
      if (sys::fsync(file_.get()) != 0) fail_saving("fsync", draft_);
      if (sys::rename(draft_.c_str(), path_.c_str()) != 0) fail_saving("rename to", path_);
      draft_.clear();
    });
  }

 private:
  std::string path_;
  std::string draft_;
  Fd file_;
};

}  // namespace

struct Multipart::State {
  State(const Request& request, BodyStream& stream, Part first)
      : parser(parser_for(request)), body(stream), part(first) {}

  Step step();

  MultipartParser parser;
  BodyStream& body;
  Part part;
  bool in_part = false;
  std::string_view content{};  // Of the part, not taken yet.
  std::array<char, kReadSize> space;
};

Step Multipart::State::step() {
  for (;;) {
    const Step step = parser.next();
    if (step == Step::failed) throw Problem(400, parser.error());
    if (step != Step::more) return step;
    const size_t size = body.read(space);
    if (size == 0) {
      parser.end();
    } else {
      parser.add({space.data(), size});
    }
  }
}

Multipart::Multipart(const Request& request, BodyStream& body)
    : state_(std::make_unique<State>(request, body, Part(*this))) {}

Multipart::~Multipart() = default;

void Multipart::limit(size_t parts_max, size_t head_bytes_max) {
  state_->parser.set_limits({.parts_max = parts_max, .head_max = head_bytes_max});
}

Part* Multipart::next() {
  for (;;) {
    switch (state_->step()) {
      case Step::part:
        state_->in_part = true;
        state_->content = {};
        return &state_->part;
      case Step::end:
        return nullptr;
      case Step::part_end:
        state_->in_part = false;
        break;
      case Step::content:  // Of a part that the handler is not interested in any more.
      case Step::more:
      case Step::failed:
        break;
    }
  }
}

bool Multipart::fill() {
  State& state = *state_;
  if (!state.in_part) return false;
  if (!state.content.empty()) return true;
  if (state.step() == Step::content) {
    state.content = state.parser.content();
    return true;
  }
  state.in_part = false;
  return false;
}

const std::string& Part::name() const noexcept { return form_.state_->parser.head().name; }
const std::optional<std::string>& Part::filename() const noexcept {
  return form_.state_->parser.head().filename;
}
const std::string& Part::content_type() const noexcept {
  return form_.state_->parser.head().content_type;
}
std::optional<std::string_view> Part::field(std::string_view name) const noexcept {
  return form_.state_->parser.head().field(name);
}

size_t Part::read(std::span<char> buffer) {
  if (buffer.empty() || !form_.fill()) return 0;
  std::string_view& content = form_.state_->content;
  const size_t size = content.copy(buffer.data(), buffer.size());
  content.remove_prefix(size);
  return size;
}

std::string Part::text(size_t bytes_max) {
  std::string all;
  while (form_.fill()) {
    std::string_view& content = form_.state_->content;
    if (content.size() > bytes_max - all.size()) {
      throw Problem(413, "the field " + name() + " is larger than this resource accepts");
    }
    all += content;
    content = {};
  }
  return all;
}

uint64_t Part::save(const std::string& path, uint64_t bytes_max) {
  NewFile file(path);
  file.create();
  std::vector<char> buffer(kSaveSize);
  uint64_t total = 0;
  for (;;) {
    size_t size = 0;
    while (size < buffer.size()) {
      const size_t more = read(std::span(buffer).subspan(size));
      if (more == 0) break;
      size += more;
    }
    if (size == 0) break;
    if (size > bytes_max - total) {
      throw Problem(413, "the file " + name() + " is larger than this resource accepts");
    }
    total += size;
    file.append({buffer.data(), size});
  }
  file.complete();
  return total;
}

}  // namespace svc
