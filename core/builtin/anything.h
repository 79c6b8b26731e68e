// anything.h — a request told back as JSON, for clients that want to see what they send.
//
// The members that httpbin.org/anything has, by the same names (method, url, args, headers, origin,
// data, form, files, json), and what the request was before it was taken apart: path, query (args
// by another name), query_string, body, version. Names of header fields are in lower case; what
// came several times is a list, header fields are joined by ", ".
//
// JSON is UTF-8: where other bytes are in data, in a form's value or in a file, that is a data: URL
// in base64, from which all of them can be had again; elsewhere they become U+FFFD. A form that is
// malformed is data.
#pragma once

#include "core/base/api.h"
#include "core/sdk/request.h"
#include "core/sdk/response.h"

namespace svc {

SVC_API Json anything(Request& request);

}  // namespace svc
