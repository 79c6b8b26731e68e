// run.h — one exchange as it goes: a connection is had, the request sent, the answer received.
//
//   open(): encode ─ permit ─ idle connection, or resolve and connect ─ send ⇄ receive ─ head
//   read(): what is left of the request ⇄ body ─ decode ─ the connection goes back
//
// Why sending and receiving are one loop: an upstream may answer before it has read the request
// (413), or answer as it reads (echo). Whoever sends first and reads then would wait for an
// upstream that waits for him. The loop never waits for both ends of a deadlock: it takes what can
// be read before it writes on, and each wait ends at a deadline.
//
// Threads: the loop's. Whatever way it is left (failure, exception, cancellation), the destructor
// closes the connection, unless the answer has ended and the connection is good for another one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/http/client/core.h"
#include "core/http/client/encode.h"

namespace svc {

class ClientRun {
 public:
  ClientRun(ClientCore& core, const Origin& origin, const ClientRequest& request,
            const ClientLimits& limits);
  ~ClientRun();
  ClientRun(const ClientRun&) = delete;
  ClientRun& operator=(const ClientRun&) = delete;

  ClientResult<> open();
  ClientResult<std::string_view> read();
  ClientResult<> collect();
  bool ended() const noexcept { return ended_; }

  ClientResponse response;

 private:
  using Kind = ClientFailure::Kind;
  using Failed = std::unexpected<ClientFailure>;

  // run_connect.cc
  ClientResult<> encode();
  ClientResult<> have_connection();
  ClientResult<Fd> connect();
  ClientResult<std::vector<Address>> addresses();
  // run_send.cc
  ClientResult<> send_step();  // One write at most.
  ClientResult<> fill_from_source();
  ClientResult<> fill_chunk(std::span<char> space);
  void stop_sending() noexcept;
  void sent_all();
  // run_receive.cc
  ClientResult<> read_head();
  void use_up(size_t bytes) noexcept;
  ClientResult<bool> parse_heads();  // True: the final one is complete.
  ClientResult<> take_head();
  void choose_coding();
  ClientResult<std::string_view> next_piece();  // Undecoded.
  ClientResult<std::string_view> decode();
  ClientResult<> receive();  // One read, or a wait.
  ClientResult<> connection_ended(const ClientStream::Io& io);
  ClientResult<> body_ended();
  ClientResult<> wait();
  void release_connection();
  // run.cc
  ClientResult<> share_loop(size_t bytes);
  Instant within(ClientLimits::Time limit) const noexcept;
  Instant now() const noexcept { return core_.loop.clock().now(); }
  Failed fail(Kind kind, std::string_view what);
  Failed fail_timeout(Kind kind, std::string_view what);

  ClientCore& core_;
  const Origin origin_;
  const ClientRequest& request_;
  const ClientLimits limits_;
  const Instant started_;
  const Instant total_until_;
  ClientPermit permit_;
  std::unique_ptr<ClientConnection> connection_;
  std::unique_ptr<ClientWorkspace> workspace_;
  std::optional<ClientFailure> failure_;

  SentFraming framing_;
  size_t output_at_ = 0;        // All before it in workspace_->output has been sent.
  std::string_view body_left_;  // Of a body in memory.
  uint64_t source_left_ = 0;    // Of a streamed body whose length is known.
  bool source_ended_ = true;    // Nothing more will be asked of it.
  bool sending_ = false;
  bool broken_off_ = false;  // The request was not sent to its end.
  int send_error_ = 0;

  Instant progress_{};  // When a byte last went either way.
  Instant sent_at_{};
  size_t unshared_ = 0;  // Bytes since the loop last had a turn.
  size_t informational_ = 0;
  bool reached_ = false;
  bool answered_ = false;
  bool body_taken_ = false;
  bool in_body_ = false;
  bool decoding_ = false;
  bool body_done_ = false;  // Received to its end; decoding may be behind.
  bool ended_ = false;
  std::string_view undecoded_;
};

}  // namespace svc
