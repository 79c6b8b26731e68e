// connection.h — one client: reads requests, has them served, sends the answers in order.
//
// Why a state machine and no fiber: most connections are idle, and an idle one should cost this
// object and nothing else: no stack, no buffer, no timer. What it may do next is the table in
// connection_state.h. A fiber exists only while a handler runs.
//
// Thread: the worker's loop. Everything runs on the loop's own stack, but the few calls for
// ServedExchange, which come from the handler's.
//
// System calls of a plain keep-alive request: one recv(2), one send(2). The descriptor is watched
// edge-triggered once and for all (EPOLLOUT is added the first time that a client doesn't take
// everything), so a short recv means "nothing more" until the next event.
//
// Ends: the last answer is followed by a lingering close (RFC 9112 9.6): our end is shut, then what
// the client still sends is thrown away for a while; closing at once would reset the connection and
// could destroy the answer before the client has read it. Not so where the client itself asked for
// the end and has sent nothing more: then close(2) is all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/http/answer_queue.h"
#include "core/http/connection_state.h"
#include "core/http/exchange.h"
#include "core/http/intrusive_list.h"
#include "core/http/proxied.h"
#include "core/http/refusal.h"
#include "core/http/timeouts.h"
#include "core/loop/event_loop.h"
#include "core/net/address.h"

namespace svc {

class ServerCore;

struct EveryConnection;
struct ReadyConnection;

class Connection final : public Watcher,
                         public TimeoutEntry,
                         public ListHook<EveryConnection>,
                         public ListHook<ReadyConnection> {
 public:
  // Of the unread rest of a closing connection, thrown away so that the client reads our answer.
  static constexpr uint64_t kLingerBytesMax = 64 * 1024 * 1024;
  static constexpr Duration kLingerTotal = 10s;

  Connection(ServerCore& core, Fd socket, const Address& peer);
  ~Connection();

  // Another worker has answered so many requests, was told this by a proxy (perhaps nullptr), and
  // read these bytes of the next. Before start().
  void continue_from(uint64_t requests, const ProxyTold* told, std::string_view bytes);
  Result<> start();                                       // Errors: epoll_ctl(2).
  const Address& peer() const noexcept { return peer_; }  // The other end: perhaps a proxy.
  const Proxied& proxied() const noexcept { return proxied_; }
  ConnectionState state() const noexcept { return state_; }

  // These may destroy the connection.
  void on_ready(uint32_t events) override;
  void on_timeout();
  void on_deadline();  // Of the request that is being served.
  void run();          // As far as it goes without waiting.
  // The worker accepts no more: one that waits for a request goes to another worker, or has
  // kDrainLinger left.
  void on_drain();
  void on_drain_deadline();
  void cut();  // Now, and so that the client sees that it was.

  // For ServedExchange, on the handler's stack as well; they never destroy it.
  enum class Received : uint8_t { some, nothing, ended, failed };
  Received receive_body();
  bool flush_now();      // False: the client has gone.
  bool send_continue();  // The same.
  void touch();          // Something has changed: run() soon, unless it runs.
  bool may_be_kept() const noexcept;

 private:
  static constexpr uint32_t kWatched = EPOLLIN | EPOLLRDHUP | EPOLLET;
  static constexpr size_t kBatchMax = 64 * 1024;  // Answers held back for requests that follow.
  static constexpr int kRoundsMax = 16;           // Receives in a row before others have a turn.
  static constexpr size_t kBodySpace = 8 * 1024;  // Behind a head whose body is still to come.

  // One step; true: there may be another at once. connection.cc
  bool step();
  void enter(ConnectionEvent event);
  bool wait(TimeoutKind kind);  // False, for returning it.
  bool wait_idle();             // The same.
  bool end();
  bool hand_over();  // False: it stays.

  bool take_proxy_header();  // connection_proxy.cc

  // connection_read.cc
  bool read_head();
  bool receive_head();
  bool stuck();
  bool open_request();
  bool begin_serving();
  bool read_body();
  bool discard_body();
  bool next_message(ConnectionEvent event);
  Received receive(std::span<char> space);

  // connection_answer.cc
  bool serve();
  bool after_answer();
  bool refuse(const Refusal& refusal);
  AnswerQueue::Sent flush();  // `more`: run() will come by itself.
  bool send_rest();
  bool wait_for_client();
  bool client_takes_enough();
  uint64_t taken_by_client() const noexcept;
  void answer_for_handler(CancelReason reason, std::string_view detail);
  uint64_t refuse_instead_of(const RequestHead& head, const Refusal& refusal);

  // connection_close.cc
  bool send_last();
  bool nothing_follows() noexcept;
  bool linger();
  bool throw_away();
  void abandon();
  bool cut_off();

  ServerCore& core_;
  Fd socket_;
  ConnectionState state_ = ConnectionState::idle;
  uint8_t rounds_ = 0;
  uint8_t empty_lines_ = 0;            // Before the next request, so far.
  bool readable_ : 1 = false;          // A recv(2) may find something.
  bool writable_watched_ : 1 = false;  // EPOLLOUT is watched too.
  bool end_announced_ : 1 = false;     // EPOLLRDHUP: the client has shut its end.
  bool input_ended_ : 1 = false;       // recv(2) has said so, everything is read.
  bool broken_ : 1 = false;            // Reset, or both ends shut: nothing can be sent any more.
  bool running_ : 1 = false;
  bool send_watched_ : 1 = false;  // taken_mark_ is meaningful.
  size_t received_ = 0;            // By the last receive() that found some.
  uint64_t requests_ = 0;
  WorkspaceLease work_;  // None while idle or lingering.
  uint64_t thrown_away_ = 0;
  uint64_t taken_mark_ = 0;  // What the client had taken when send_timeout began.
  Instant linger_until_{};
  Address peer_;
  Proxied proxied_;
};

}  // namespace svc
