// multipart.h — a form with files, read while it arrives (RFC 7578).
//
//   app.post("/photos", [](svc::Multipart& form) {
//     while (svc::Part* part = form.next()) {
//       if (part->filename()) part->save("/srv/photos/" + new_name(), 100 << 20);
//     }
//   }).body_max(1 << 30);
//
// Nothing is held in memory but what is being read, so files may be larger than that. For small
// forms, whose files fit into http.body_max, svc::Form<T> is shorter.
//
// Threads: the handler's; in a pool thread what has to wait is passed to the request's fiber.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/stream.h"

namespace svc {

class Multipart;
class Request;

// One part, the one that next() has returned last. All that reads throws Problem 400 for a body
// that is malformed or ends too early, 408 for a client that has stopped sending, 413 above a
// bound.
class SVC_API Part {
 public:
  static constexpr size_t kTextMax = 64 * 1024;

  const std::string& name() const noexcept;  // Of the field of the form.
  // Of a file: what the client calls it, without directories and control characters; empty for an
  // input that was left empty. nullopt: no file. Good to show; a path is the service's own word.
  const std::optional<std::string>& filename() const noexcept;
  const std::string& content_type() const noexcept;  // What the client says.
  std::optional<std::string_view> field(std::string_view name) const noexcept;  // Of its head.

  // The next bytes, at most buffer.size(); 0 at the end.
  size_t read(std::span<char> buffer);
  std::string text(size_t bytes_max = kTextMax);  // What is left of it.
  // What is left goes into a file, in the pool: all of it, or nothing. A new file of that name is
  // there when it is complete and on the disk, and takes the place of an older one; its mode is
  // 0600. Returns its size. Throws std::runtime_error for what the system says.
  uint64_t save(const std::string& path, uint64_t bytes_max = UINT64_MAX);

 private:
  friend class Multipart;
  explicit Part(Multipart& form) noexcept : form_(form) {}

  Multipart& form_;
};

class SVC_API Multipart {
 public:
  // Throws Problem 415 for another media type, 400 without a boundary.
  Multipart(const Request& request, BodyStream& body);
  ~Multipart();
  Multipart(const Multipart&) = delete;
  Multipart& operator=(const Multipart&) = delete;

  // Other bounds than 1000 parts and 8 KiB of one part's head: 400 above them.
  void limit(size_t parts_max, size_t head_bytes_max);
  // The next part; what is left of the last one is skipped. nullptr: there is none.
  Part* next();

 private:
  friend class Part;
  struct State;
  bool fill();  // More content of the part; false at its end.

  std::unique_ptr<State> state_;
};

}  // namespace svc
