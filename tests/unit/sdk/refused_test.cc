// Services that the compiler must refuse, and what it must say. As it stands this file is built
// into the unit tests; check_refused.cmake compiles it once for each CASE_…, expecting an error
// with the sentence behind "expect:".
#include <svc/svc.h>

namespace {

struct Base {
  int a;
};
struct Derived : Base {
  int b;
};
struct Plain {
  int a;
};
class Opaque {
 public:
  explicit Opaque(int) {}
};
enum Bare { one, two };

[[maybe_unused]] void routes(svc::App& app) {
  app.get("/accepted/{n}", [](int n) { return n; });
#if defined(CASE_AUTO_PARAMETER)  // expect: written out: `auto` can't be matched
  app.get("/x", [](auto n) { return n; });
#elif defined(CASE_STRING_VIEW_PARAMETER)  // expect: a parameter can't be std::string_view
  app.get("/x/{n}", [](std::string_view) { return 1; });
#elif defined(CASE_C_STRING_PARAMETER)     // expect: a parameter can't be std::string_view or a C
  app.get("/x/{n}", [](const char*) { return 1; });
#elif defined(CASE_STRING_VIEW_RESULT)     // expect: can't return std::string_view or a C string
  app.get("/x", [](svc::Request& r) { return r.path(); });
#elif defined(CASE_C_STRING_RESULT)        // expect: can't return std::string_view or a C string
  app.get("/x", [] { return "text"; });
#elif defined(CASE_OPAQUE_PARAMETER)       // expect: no part of a request can be turned into
  app.get("/x", [](Opaque) { return 1; });
#elif defined(CASE_OPAQUE_RESULT)          // expect: this result can't be sent
  app.get("/x", [] { return Opaque(1); });
#elif defined(CASE_OPTIONAL_PATH)          // expect: a path parameter is always there
  app.get("/x/{n}", [](std::optional<int>) { return 1; });
#elif defined(CASE_CONTEXT_BY_VALUE)       // expect: by reference (&)
  app.get("/x", [](svc::Stream) {});
#elif defined(CASE_TWO_BODIES)             // expect: at most one JSON body
  app.post("/x", [](Plain, std::vector<int>) { return 1; });
#elif defined(CASE_BODY_OF_GET)            // expect: a GET or HEAD handler takes no JSON body
  app.get("/x", [](Plain) { return 1; });
#elif defined(CASE_STREAM_WITH_RESULT)     // expect: answers through it and returns void
  app.get("/x", [](svc::Stream&) { return 1; });
#elif defined(CASE_BODY_TWICE)             // expect: as a whole or as svc::BodyStream
  app.post("/x", [](svc::BodyStream&, svc::Body) {});
#elif defined(CASE_TOO_FEW_PARAMETERS)     // expect: svc: fewer path parameters than placeholders
  app.get("/x/{a}/{b}", [](int a) { return a; });
#elif defined(CASE_TOO_MANY_PARAMETERS)    // expect: svc: more path parameters than placeholders
  app.get("/x/{a}", [](int a, int b) { return a + b; });
#elif defined(CASE_NO_SLASH)               // expect: svc: a pattern begins with '/'
  app.get("x", [] {});
#elif defined(CASE_NO_NAME)                // expect: svc: a placeholder needs a name: {id}
  app.get("/{}", [](int) {});
#elif defined(CASE_SAME_NAME)              // expect: svc: two placeholders have the same name
  app.get("/{a}/{a}", [](int, int) {});
#elif defined(CASE_PART_OF_SEGMENT)  // expect: svc: a placeholder is a whole segment: /orders/{id}
  app.get("/x{a}", [](int) {});
#elif defined(CASE_REST_IN_THE_MIDDLE)  // expect: svc: only the last segment can be {name...}
  app.get("/{a...}/b", [](std::string) {});
#elif defined(CASE_REST_AS_NUMBER)      // expect: svc: {name...} is taken by a std::string
  app.get("/{a...}", [](int) {});
#elif defined(CASE_BASE_CLASS)          // expect: a struct with a base class can't be taken apart
  app.get("/x", [] { return Derived{}; });
#elif defined(CASE_BARE_ENUM)           // expect: needs an underlying type
  app.get("/x", [] { return one; });
#elif defined(CASE_OPAQUE_MEMBER)       // expect: this type can't cross HTTP
  struct Holder {
    std::pair<int, int> pair;
  };
  app.get("/x", [] { return Holder{}; });
#elif defined(CASE_STRING_VIEW_MEMBER)  // expect: refer to text that somebody else owns
  struct Holder {
    std::string_view text;
  };
  app.get("/x", [] { return Holder{}; });
#elif defined(CASE_MAP_OF_NUMBERS)    // expect: the keys of a map that crosses HTTP are std::string
  app.get("/x", [] { return std::map<int, int>{}; });
#elif defined(CASE_QUERY_OF_SCALAR)   // expect: for one parameter use svc::QueryParam
  app.get("/x", [](svc::Query<int>) { return 1; });
#elif defined(CASE_STRUCT_IN_QUERY)   // expect: the members of a svc::Query struct are scalars
  struct Nested {
    Plain plain;
  };
  app.get("/x", [](svc::Query<Nested>) { return 1; });
#elif defined(CASE_LIST_OF_STRUCTS)   // expect: is a scalar, string or enum
  app.get("/x", [](svc::QueryParam<"x", std::vector<Plain> >) { return 1; });
#elif defined(CASE_STRUCT_IN_HEADER)  // expect: is a scalar, string or enum
  app.get("/x", [](svc::Header<"X", Plain>) { return 1; });
#endif
}

}  // namespace
