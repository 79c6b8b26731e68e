// stream.h — bodies in parts: an answer that is written while it is made, a request that is read
// while it arrives.
//
//   app.get("/ticks/{n}", [](svc::Int<0, 100> n, svc::Stream& out) {
//     out.content_type("application/x-ndjson");
//     for (int64_t i = 0; i < n; ++i) out.write(svc::to_json(Tick{i}) + "\n");
//   });
//
// A write goes out at once; it waits while the client has too much still to take. When the client
// has gone, the next call throws Cancelled, which ends the handler. Threads: the handler's; in a
// pool thread the calls are passed to the request's fiber.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/http/application.h"
#include "core/http/message.h"

namespace svc {

class SVC_API Stream {
 public:
  explicit Stream(Exchange& exchange) noexcept : exchange_(exchange) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Before the first write; std::logic_error after it. Fields are checked as in Response.
  Stream& status(int code);
  Stream& header(std::string_view name, std::string_view value);
  Stream& content_type(std::string_view type) { return header("Content-Type", type); }
  Stream& length(uint64_t bytes);  // Content-Length instead of chunks. Exactly so many must follow.

  void write(std::string_view part);  // Begins the answer; an empty part only does that.
  // Sent after a chunked body to clients that said `TE: trailers`. Before the handler returns.
  Stream& trailer(std::string name, std::string value);

  bool begun() const noexcept { return begun_; }
  void finish();  // The SDK's, after the handler.

 private:
  void before_begin(const char* what) const;

  Exchange& exchange_;
  ResponseHead head_;
  std::optional<uint64_t> length_;
  std::vector<std::pair<std::string, std::string>> trailers_;
  bool begun_ = false;
};

// The request's body as it arrives. A handler that takes one starts before the body is there;
// `Expect: 100-continue` is answered by the first read.
class SVC_API BodyStream {
 public:
  explicit BodyStream(Exchange& exchange) noexcept : exchange_(exchange) {}
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;

  // The next bytes, at most buffer.size(); 0 at the end. Throws Problem 413 past the limit, 400
  // for broken framing, 408 for a client that has stopped sending.
  size_t read(std::span<char> buffer);
  // After the end: the trailer section.
  std::span<const HeaderField> trailers() const noexcept { return exchange_.trailers(); }

 private:
  Exchange& exchange_;
};

}  // namespace svc
