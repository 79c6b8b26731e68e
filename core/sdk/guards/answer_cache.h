// answer_cache.h — whole answers of a route, remembered for a while by each worker.
//
//   app.get("/prices/{sku}", price).cache(30s);
//   app.group("/pages").use(svc::cache({.ttl = 5min, .stale = 1h, .vary = {"Accept-Language"}}));
//
// An entry is for a method (GET, HEAD), host, path, query as it was sent, the fields of `vary`, and
// those that the handler, or what it is made of, takes as svc::Header: an answer that is made for
// one API key is never given to another, wherever the cache stands.
// Of requests that miss together one is answered by the handler, the others wait for it (cached.h).
// An answer from the cache says so with Age.
//
// Not remembered: streams and files; other statuses than 200, 203, 204, 301, 308 (`errors`: those
// from 400 on, for that time, but for 401, 403, 407, 412, 416, 417 and 429, which are about one
// client); answers with Set-Cookie, with Cache-Control: no-store, private or no-cache, or with a
// Vary on any other field. Not looked up: requests with Authorization, Cookie or Range,
// unless `personal` says that the handler makes no difference (or `vary` has the field). A
// request's Cache-Control is ignored: a client must not be able to make us work. Its conditions
// (If-None-Match …) are its own: they are applied to what was remembered.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/middleware.h"

namespace svc {

struct AnswerCacheOptions {
  Duration ttl = 60s;
  Duration stale = 0s;   // For that long an old answer is given while one request makes it anew.
  Duration errors = 0s;  // For how long an answer from 400 on is kept.
  std::vector<std::string> vary{};
  bool personal = false;  // Also requests with credentials; Range stays excepted.
  size_t entries = 1000;
  size_t bytes = size_t{16} << 20;
};

// For use(): one cache for all routes that it is around.
SVC_API Middleware cache(AnswerCacheOptions options);
SVC_API Middleware cache(Duration ttl);

}  // namespace svc
