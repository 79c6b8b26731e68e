// api.h — what libsvc.so exports.
//
// Why: the library is built with hidden visibility, so that what a module may call is a decision
// and not an accident. Everything that a module, a standalone program or cmd/svcd calls by name is
// marked SVC_API; nothing else leaves the library.
#pragma once

#define SVC_API __attribute__((visibility("default")))
