// postgres_connection.h — one connection to PostgreSQL, with its prepared statements.
//
// libpq only sends and reads what the socket takes and has; waiting is this_fiber::wait_fd in a
// fiber, poll(2) where there is none (boot). Looking up a host's name is the one thing that libpq
// can't do without blocking: connecting goes through the pool of threads.
//
// Threads: one at a time. After an exception, Cancelled included, it is in the middle of an answer:
// throw it away.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cmd/services/storage/database.h"
#include "core/base/clock.h"

struct pg_conn;
struct pg_result;

namespace storage {

class PostgresConnection {
 public:
  // Connects. `statement_timeout` is the server's own bound, for statements whose worker has gone.
  // Throws svc::Problem 503, as all of these do for what may pass, or std::runtime_error.
  PostgresConnection(const std::string& url, std::chrono::milliseconds statement_timeout,
                     svc::Instant until);

  // Idle, as far as can be told without asking the server.
  bool is_alive() noexcept;
  Rows run(Sql sql, std::span<const Parameter> parameters, svc::Instant until);
  void exec(const std::string& text, svc::Instant until);  // Without values or results.

 private:
  struct Close {
    void operator()(pg_conn* connection) const noexcept;
    void operator()(pg_result* result) const noexcept;
  };
  using Answer = std::unique_ptr<pg_result, Close>;

  void connect(svc::Instant until);
  const std::string& prepare(Sql sql, size_t parameters, svc::Instant until);
  uint32_t wait(uint32_t events, svc::Instant until);
  void flush(svc::Instant until);
  // What the server says to what was sent, its last result. Throws for an error.
  Answer finish(svc::Instant until);
  void check_sent(int sent);
  void check_answer(const pg_result* answer);
  [[noreturn]] void lost(std::string_view doing);

  std::unique_ptr<pg_conn, Close> connection_;
  std::unordered_map<const char*, std::string> statements_;  // The literal's address → its name.
};

}  // namespace storage
