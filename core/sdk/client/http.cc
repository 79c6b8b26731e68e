#include "core/sdk/client/http.h"

#include <fmt/format.h>

#include <stdexcept>

#include "core/base/random.h"
#include "core/http/chars.h"
#include "core/http/percent.h"
#include "core/loop/offload.h"
#include "core/sdk/client/call_state.h"
#include "core/sdk/client/perform.h"
#include "core/sdk/client/upstream.h"
#include "core/sdk/client/upstreams.h"
#include "core/sdk/json/read_json.h"

namespace svc {
namespace {

constexpr size_t kShownBody = 200;  // Of an answer that can't be used, in an exception.

// A URL has a scheme and "//", or is one of the two forms for sockets; names have no colon.
bool is_url(std::string_view text) noexcept {
  return text.find("://") != text.npos || text.starts_with("unix:");
}

void append_pair(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += '&';
  out += percent_encode(name);
  out += '=';
  out += percent_encode(value);
}

// The transport refuses these too, but only when the call is sent.
bool is_framing(std::string_view name) noexcept {
  for (const std::string_view each :
       {"Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "TE", "Trailer", "Expect"})
    if (iequals(each, name)) return true;
  return false;
}

std::string beginning_of(std::string_view body) {
  std::string text(body.substr(0, kShownBody));
  return body.size() > kShownBody ? text + "…" : text;
}

}  // namespace

// ---- The target ----

HttpTarget::HttpTarget(Upstreams& upstreams, std::string_view name_or_url, CallOrigin origin) {
  auto base = std::make_shared<detail::CallState>();
  base->upstreams = &upstreams;
  base->origin = std::move(origin);
  if (is_url(name_or_url)) {
    auto url = parse_upstream_url(name_or_url);
    if (!url) throw std::invalid_argument(url.error().text);
    base->url = *std::move(url);
  } else {
    base->upstream = upstreams.named(name_or_url);
  }
  base_ = std::move(base);
}

HttpCall HttpTarget::make(std::string_view method, std::string_view path,
                          std::initializer_list<std::string> arguments) const {
  if (!is_token(method))
    throw std::invalid_argument("\"" + std::string(method) + "\" is no method");
  auto call = std::make_shared<detail::CallState>(*base_);
  call->method = method;
  std::string target = detail::fill_template(path, arguments);
  const size_t mark = std::min(target.find('?'), target.size());
  call->path = target.substr(0, mark);
  call->query = call->url.query;
  if (mark < target.size()) {
    if (!call->query.empty()) call->query += '&';
    call->query += target.substr(mark + 1);
  }
  return HttpCall(std::move(call));
}

HttpTarget http(std::string_view name_or_url) {
  Upstreams* const upstreams = Upstreams::current();
  if (upstreams == nullptr) throw std::logic_error("svc::http is for the code of services");
  return HttpTarget(*upstreams, name_or_url, {});
}

// ---- The call ----

HttpCall::HttpCall(std::shared_ptr<detail::CallState> state) noexcept : state_(std::move(state)) {}

HttpCall& HttpCall::add_query(std::string_view name, std::string&& value) {
  append_pair(state_->query, name, value);
  return *this;
}

HttpCall& HttpCall::header(std::string_view name, std::string_view value) {
  if (!is_token(name) || !all_chars(value, kValueChar))
    throw std::invalid_argument(
        fmt::format("the header field {} of a call has characters that no field may have",
                    is_token(name) ? name : "(its name, too)"));
  if (is_framing(name))
    throw std::invalid_argument(fmt::format("the client itself writes {}", name));
  state_->fields.set(name, trim(value));
  return *this;
}

HttpCall& HttpCall::bearer(std::string_view token) {
  return header("Authorization", "Bearer " + std::string(token));
}

HttpCall& HttpCall::body(std::string bytes, std::string_view content_type) {
  state_->body = std::move(bytes);
  state_->source = nullptr;
  return header("Content-Type", content_type);
}

HttpCall& HttpCall::form(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) append_pair(text, name, value);
  return body(std::move(text), "application/x-www-form-urlencoded");
}

HttpCall& HttpCall::body_from(std::function<size_t(std::span<char>)> next,
                              std::optional<uint64_t> length, std::string_view content_type) {
  state_->body.clear();
  state_->source = std::move(next);
  state_->source_length = length;
  return header("Content-Type", content_type);
}

HttpCall& HttpCall::timeout(std::chrono::milliseconds time) {
  state_->timeout = time;
  return *this;
}
HttpCall& HttpCall::attempt_timeout(std::chrono::milliseconds time) {
  state_->attempt_timeout = time;
  return *this;
}
HttpCall& HttpCall::attempts(uint32_t count) {
  state_->attempts = count;
  return *this;
}
HttpCall& HttpCall::hedge_after(std::chrono::milliseconds time) {
  state_->hedge_after = time;
  return *this;
}
HttpCall& HttpCall::redirects(uint32_t count) {
  state_->redirects = count;
  return *this;
}
HttpCall& HttpCall::body_max(uint64_t bytes) {
  state_->body_max = bytes;
  return *this;
}
HttpCall& HttpCall::idempotent(bool is) {
  state_->idempotent = is;
  return *this;
}

HttpResponse HttpCall::response() {
  return HttpResponse(OffloadPool::on_loop([&] {
    return std::make_shared<detail::AnswerState>(perform_call(*state_, CallMode::collected));
  }));
}

HttpStream HttpCall::stream() {
  return HttpStream(OffloadPool::on_loop([&] {
    return std::make_shared<detail::AnswerState>(perform_call(*state_, CallMode::streamed));
  }));
}

HttpResponse HttpCall::success() {
  HttpResponse answer = response();
  if (!answer.ok()) answer.refuse();
  return answer;
}

std::optional<HttpResponse> HttpCall::success_or_404() {
  HttpResponse answer = response();
  if (answer.status() == 404) return std::nullopt;
  if (!answer.ok()) answer.refuse();
  return answer;
}

// ---- Answers ----

HttpResponse::HttpResponse(std::shared_ptr<detail::AnswerState> state) noexcept
    : state_(std::move(state)) {}

int HttpResponse::status() const noexcept { return state_->response.status; }
const std::string& HttpResponse::body() const noexcept { return state_->response.body; }
std::string HttpResponse::take_body() && { return std::move(state_->response.body); }
int HttpResponse::attempts() const noexcept { return state_->attempts; }

std::optional<std::string_view> HttpResponse::header(std::string_view name) const noexcept {
  return state_->response.fields.get(name);
}

std::vector<std::pair<std::string, std::string>> HttpResponse::headers() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const HeaderField field : state_->response.fields) all.emplace_back(field.name, field.value);
  return all;
}

void HttpResponse::read_json_body(const TypeInfo& type, void* out) const {
  Issues issues;
  const auto read = read_json(body(), type, out, InputPlace::of("body"), issues);
  if (read && issues.empty()) return;
  const std::string why = !read ? read.error().text : describe_issues(issues.list());
  fail(UpstreamError::Kind::content, "the answer is " + why);
}

void HttpResponse::refuse() const {
  fail(UpstreamError::Kind::status, fmt::format("answered {}", status()));
}

// What the answer says is for whoever catches this: it may be nobody else's business.
void HttpResponse::fail(UpstreamError::Kind kind, const std::string& why) const {
  Upstream& upstream = *state_->upstream;
  const std::string text = state_->spoken + ": " + why;
  const std::string group =
      kind == UpstreamError::Kind::status ? fmt::format("status {}", status()) : "content";
  OffloadPool::on_loop([&] { upstream.log_failure(group, text, state_->request_id); });
  throw UpstreamError(kind, upstream.name(),
                      fmt::format("{} {}: {}", upstream.name(), text, beginning_of(body())),
                      status());
}

HttpStream::HttpStream(std::shared_ptr<detail::AnswerState> state) noexcept
    : state_(std::move(state)) {}
HttpStream::HttpStream(HttpStream&&) noexcept = default;
HttpStream& HttpStream::operator=(HttpStream&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

// Its connection is the loop's.
HttpStream::~HttpStream() {
  if (state_) OffloadPool::on_loop([this] { state_.reset(); });
}

int HttpStream::status() const noexcept { return state_->response.status; }
std::optional<std::string_view> HttpStream::header(std::string_view name) const noexcept {
  return state_->response.fields.get(name);
}

std::string_view HttpStream::read() {
  return OffloadPool::on_loop([&]() -> std::string_view {
    auto piece = state_->open->read();
    if (!piece) throw_failure(state_->upstream->name(), piece.error());
    return *piece;
  });
}

}  // namespace svc
