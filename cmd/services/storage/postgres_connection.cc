#include "cmd/services/storage/postgres_connection.h"

#include <fmt/core.h>
#include <libpq-fe.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/loop/fiber.h"
#include "core/sdk/offload.h"

namespace storage {
namespace {

// "could not connect: Connection refused\n\tIs the server running…": the first line.
std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// SQLSTATE classes (PostgreSQL, appendix A) that a later attempt may not meet again: connection,
// transaction conflicts, resources, operator intervention (shutdown, timeout), system errors.
bool may_pass(std::string_view state) {
  constexpr std::array<std::string_view, 6> kClasses = {"08", "40", "53", "55", "57", "58"};
  return std::ranges::any_of(kClasses, [&](auto c) { return state.starts_with(c); });
}

std::string text_of(const Parameter& parameter) {
  if (const auto* number = std::get_if<int64_t>(&parameter)) return std::to_string(*number);
  return std::get<std::string>(parameter);
}

// The values as libpq wants them: C strings, nullptr for NULL.
struct Values {
  explicit Values(std::span<const Parameter> parameters) {
    texts.reserve(parameters.size());
    for (const Parameter& parameter : parameters) {
      const bool null = std::holds_alternative<std::nullptr_t>(parameter);
      texts.push_back(null ? std::string() : text_of(parameter));
      pointers.push_back(null ? nullptr : texts.back().c_str());
    }
  }
  std::vector<std::string> texts;
  std::vector<const char*> pointers;
};

Rows read_rows(const PGresult* answer) {
  const int count = PQntuples(answer);
  const int columns = PQnfields(answer);
  if (static_cast<size_t>(count) > kRowsMax)
    throw std::runtime_error("database: a statement has no LIMIT");
  Rows rows;
  rows.reserve(static_cast<size_t>(count));
  for (int r = 0; r < count; ++r) {
    std::vector<std::optional<std::string>> values(static_cast<size_t>(columns));
    for (int c = 0; c < columns; ++c) {
      if (PQgetisnull(answer, r, c) == 0)
        values[static_cast<size_t>(c)].emplace(PQgetvalue(answer, r, c),
                                               static_cast<size_t>(PQgetlength(answer, r, c)));
    }
    rows.emplace_back(std::move(values));
  }
  return rows;
}

void tell_notice(void*, const char* text) { svc::log::debug("database: {}", first_line(text)); }

}  // namespace

void PostgresConnection::Close::operator()(pg_conn* connection) const noexcept {
  PQfinish(connection);
}
void PostgresConnection::Close::operator()(pg_result* result) const noexcept { PQclear(result); }

PostgresConnection::PostgresConnection(const std::string& url,
                                       std::chrono::milliseconds statement_timeout,
                                       svc::Instant until) {
  const std::string options = fmt::format("-c statement_timeout={}", statement_timeout.count());
  // What the URL says comes later and wins.
  const std::array<const char*, 5> names = {"client_encoding", "application_name", "options",
                                            "dbname", nullptr};
  const std::array<const char*, 5> values = {"UTF8", "svcd", options.c_str(), url.c_str(), nullptr};
  connection_.reset(
      svc::offload([&] { return PQconnectStartParams(names.data(), values.data(), 1); }));
  if (!connection_) throw std::bad_alloc();
  PQsetNoticeProcessor(connection_.get(), &tell_notice, nullptr);
  connect(until);
  if (PQsetnonblocking(connection_.get(), 1) != 0) lost("set non-blocking");
}

void PostgresConnection::connect(svc::Instant until) {
  if (PQstatus(connection_.get()) == CONNECTION_BAD) lost("connect");
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) lost("connect");
    wait(next == PGRES_POLLING_READING ? EPOLLIN : EPOLLOUT, until);
    next = svc::offload([&] { return PQconnectPoll(connection_.get()); });
  }
}

uint32_t PostgresConnection::wait(uint32_t events, svc::Instant until) {
  const int fd = PQsocket(connection_.get());
  if (svc::Fiber::current() != nullptr) {
    auto ready = svc::this_fiber::wait_fd(fd, events, until);
    if (!ready) throw_unavailable(ready.error().text);
    if (*ready == 0) throw_unavailable("no answer in time");
    return *ready;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(until - svc::Clock::steady().now());
  pollfd waiting{fd, static_cast<int16_t>(events), 0};  // EPOLLIN is POLLIN, EPOLLOUT POLLOUT.
  const int ready =
      svc::sys::poll(&waiting, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
  if (ready == 0) throw_unavailable("no answer in time");
  return ready < 0 ? 0 : static_cast<uint32_t>(waiting.revents);  // A signal: tried again.
}

// An idle server has nothing to say but goodbye. What else it may be (a notice, a setting that was
// changed) isn't worth telling apart: a new connection is made, that's all.
bool PostgresConnection::is_alive() noexcept {
  pollfd input{PQsocket(connection_.get()), POLLIN, 0};
  return svc::sys::poll(&input, 1, 0) == 0 && PQstatus(connection_.get()) == CONNECTION_OK &&
         PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

void PostgresConnection::lost(std::string_view doing) {
  throw_unavailable(fmt::format("{}: {}", doing, first_line(PQerrorMessage(connection_.get()))));
}

void PostgresConnection::check_sent(int sent) {
  if (sent == 0) lost("send");
}

void PostgresConnection::flush(svc::Instant until) {
  for (int left = PQflush(connection_.get()); left != 0; left = PQflush(connection_.get())) {
    if (left < 0) lost("send");
    // Both: a server that waits for us to read takes nothing more.
    if ((wait(EPOLLIN | EPOLLOUT, until) & EPOLLIN) != 0 && PQconsumeInput(connection_.get()) == 0)
      lost("read");
  }
}

void PostgresConnection::check_answer(const pg_result* answer) {
  const auto status = PQresultStatus(answer);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
  const std::string text = first_line(PQresultErrorMessage(answer));
  if (state == nullptr || may_pass(state)) throw_unavailable(text);
  throw std::runtime_error(fmt::format("database: {} ({})", text, state));
}

PostgresConnection::Answer PostgresConnection::finish(svc::Instant until) {
  flush(until);
  Answer last;
  while (true) {
    while (PQisBusy(connection_.get()) != 0) {
      wait(EPOLLIN, until);
      if (PQconsumeInput(connection_.get()) == 0) lost("read");
    }
    Answer next(PQgetResult(connection_.get()));
    if (!next) break;
    check_answer(next.get());
    last = std::move(next);
  }
  if (!last) lost("read");
  return last;
}

const std::string& PostgresConnection::prepare(Sql sql, size_t parameters, svc::Instant until) {
  const auto known = statements_.find(sql.text());
  if (known != statements_.end()) return known->second;
  const std::string name = fmt::format("s{}", statements_.size());
  check_sent(PQsendPrepare(connection_.get(), name.c_str(), sql.text(),
                           static_cast<int>(parameters), nullptr));
  finish(until);
  return statements_.emplace(sql.text(), name).first->second;
}

Rows PostgresConnection::run(Sql sql, std::span<const Parameter> parameters, svc::Instant until) {
  const std::string& name = prepare(sql, parameters.size(), until);
  const Values values(parameters);
  check_sent(PQsendQueryPrepared(connection_.get(), name.c_str(),
                                 static_cast<int>(parameters.size()), values.pointers.data(),
                                 nullptr, nullptr, 0));
  return read_rows(finish(until).get());
}

void PostgresConnection::exec(const std::string& text, svc::Instant until) {
  check_sent(PQsendQuery(connection_.get(), text.c_str()));
  finish(until);
}

}  // namespace storage
