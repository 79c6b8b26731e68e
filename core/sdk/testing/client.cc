#include "core/sdk/testing/client.h"

#include <algorithm>
#include <stdexcept>

#include "core/base/check.h"
#include "core/base/random.h"
#include "core/http/percent.h"
#include "core/sdk/client/upstreams.h"
#include "core/sdk/testing/exchange.h"
#include "core/sdk/testing/live.h"
#include "core/sdk/testing/upstream.h"
#include "core/sdk/testing/worker.h"

namespace svc::testing {
namespace {

Headers with_type(std::string type, const Headers& headers) {
  Headers all = {{"Content-Type", std::move(type)}};
  all.insert(all.end(), headers.begin(), headers.end());
  return all;
}

// application/x-www-form-urlencoded (URL standard, 5.2).
std::string form_text(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (byte < 128 && std::isalnum(byte) != 0) || c == '*' || c == '-' || c == '.' || c == '_';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

// In a quoted parameter (RFC 7578 4.2, as browsers do it).
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"') {
      out += "%22";
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Client::Client(const std::function<void(App&)>& routes, ClientSetup setup)
    : upstreams_(std::move(setup.upstreams)), worker_(std::make_unique<Worker>(setup)) {
  try {
    boot(routes);
  } catch (...) {
    detach_upstreams();
    throw;
  }
}

void Client::boot(const std::function<void(App&)>& routes) {
  App& app = worker_->app;
  Result<> started;
  for (const auto& [name, upstream] : upstreams_) {
    worker_->run([&] { started = upstream->attach(*worker_->loop, worker_->fibers); });
    if (!started) throw std::runtime_error(started.error().text);
    app.upstreams().place(name, upstream->url());
  }
  routes(app);
  if (auto sealed = app.seal(); !sealed) throw std::runtime_error(sealed.error().text);
  worker_->run([&] { started = app.start(); });
  if (!started) throw std::runtime_error(started.error().text);
}

void Client::detach_upstreams() {
  for (const auto& [name, upstream] : upstreams_) {
    upstream->detach([this](const bool& fact) {
      SVC_CHECK(worker_->turn_until([&] { return fact; }, std::chrono::seconds(30)));
    });
  }
}

Client::~Client() {
  worker_->run([this] {
    BackgroundWork& background = worker_->binding.background();
    SVC_CHECK(background.end(worker_->loop->clock().now() + worker_->patience / 2));
    worker_->app.stop();
    SVC_CHECK(background.end(worker_->loop->clock().now()));  // Of stop hooks.
  });
  detach_upstreams();
}

void Client::set_patience(std::chrono::milliseconds time) { worker_->patience = time; }

void Client::wait_for_background() {
  worker_->run([this] { worker_->binding.background().wait_for_finishing(); });
}

App& Client::app() noexcept { return worker_->app; }

void Client::advance(Duration time) {
  SVC_CHECK(worker_->time != nullptr);  // ClientSetup::fake_time
  const Instant until = worker_->time->now() + time;
  // Step by step: what is due on the way may wait for something else that is.
  for (;;) {
    worker_->settle();
    const auto next = worker_->loop->next_timer();
    if (!next || *next > until) break;
    worker_->time->advance_to(*next);
  }
  worker_->time->advance_to(until);
  worker_->settle();
}

Answer Client::get(std::string_view target, const Headers& headers) {
  return send("GET", target, {}, headers);
}
Answer Client::head(std::string_view target, const Headers& headers) {
  return send("HEAD", target, {}, headers);
}
Answer Client::del(std::string_view target, const Headers& headers) {
  return send("DELETE", target, {}, headers);
}

Answer Client::post_json(std::string_view target, std::string_view json, const Headers& headers) {
  return send_json("POST", target, json, headers);
}
Answer Client::put_json(std::string_view target, std::string_view json, const Headers& headers) {
  return send_json("PUT", target, json, headers);
}
Answer Client::patch_json(std::string_view target, std::string_view json, const Headers& headers) {
  return send_json("PATCH", target, json, headers);
}

Answer Client::send_json(std::string_view method, std::string_view target, std::string_view json,
                         const Headers& headers) {
  return send(method, target, json, with_type("application/json", headers));
}

Answer Client::post_form(std::string_view target,
                         const std::vector<std::pair<std::string, std::string>>& fields,
                         const Headers& headers) {
  std::string body;
  for (const auto& [name, value] : fields)
    body.append(body.empty() ? "" : "&")
        .append(form_text(name))
        .append("=")
        .append(form_text(value));
  return send("POST", target, body, with_type("application/x-www-form-urlencoded", headers));
}

Answer Client::post_multipart(std::string_view target, const std::vector<FormFile>& parts,
                              const Headers& headers) {
  const std::string boundary = "svc-" + random_hex(16);
  std::string body;
  for (const FormFile& part : parts) {
    body += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted(part.name);
    if (!part.filename.empty()) body += "\"; filename=\"" + quoted(part.filename);
    body += "\"\r\n";
    const std::string type =
        part.type.empty() && !part.filename.empty() ? "application/octet-stream" : part.type;
    if (!type.empty()) body += "Content-Type: " + type + "\r\n";
    body += "\r\n" + part.content + "\r\n";
  }
  body += "--" + boundary + "--\r\n";
  return send("POST", target, body,
              with_type("multipart/form-data; boundary=" + boundary, headers));
}

Answer Client::send(std::string_view method, std::string_view target, std::string_view body,
                    const Headers& headers) {
  return send_all({{std::string(method), std::string(target), std::string(body), headers}}).front();
}

std::vector<Answer> Client::send_all(const std::vector<Outgoing>& requests) {
  std::vector<std::shared_ptr<Live::State>> states;
  for (const Outgoing& request : requests) states.push_back(begin(request, false));
  std::vector<Answer> answers;
  try {
    for (const auto& state : states) {
      state->wait_for([&] { return state->done; });
      answers.push_back(state->exchange.take_answer());
    }
  } catch (...) {
    for (const auto& state : states)
      if (!state->done) state->end();
    throw;
  }
  for (const Answer& answer : answers) keep_cookies_of(answer);
  return answers;
}

Live Client::open(std::string_view method, std::string_view target, std::string_view body,
                  const Headers& headers) {
  auto state = begin({std::string(method), std::string(target), std::string(body), headers}, true);
  state->wait_for([&] { return state->done || state->exchange.answered(); });
  keep_cookies_of(state->exchange.answer());
  return Live(std::move(state));
}

std::shared_ptr<Live::State> Client::begin(const Outgoing& request, bool piecewise) {
  FakeExchange::Setup setup{request, peer_, secure_, read_max_, piecewise};
  std::string cookies;
  for (const auto& [name, value] : cookies_)
    cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
  if (!cookies.empty()) setup.request.headers.emplace_back("Cookie", cookies);
  auto state = std::make_shared<Live::State>(*worker_, setup);
  state->start(deadline_);
  return state;
}

void Client::keep_cookies_of(const Answer& answer) {
  if (!keeps_cookies_) return;
  for (const auto& [field, line] : answer.headers) {
    if (!iequals(field, "Set-Cookie")) continue;
    const size_t equals = line.find('=');
    const size_t end = std::min(line.find(';'), line.size());
    if (equals > end) continue;
    const std::string name = line.substr(0, equals);
    std::erase_if(cookies_, [&](const auto& cookie) { return cookie.first == name; });
    if (line.find("Max-Age=0", end) == line.npos)
      cookies_.emplace_back(name, line.substr(equals + 1, end - equals - 1));
  }
}

}  // namespace svc::testing
