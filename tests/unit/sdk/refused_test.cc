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
struct Documented {
  int a;
  static constexpr svc::Doc docs[] = {{"b", "is not there"}};
};
struct Exemplified {
  int a;
  static constexpr svc::Doc docs[] = {{"a", "a number", "{"}};
};
class Opaque {
 public:
  explicit Opaque(int) {}
};
enum Bare { one, two };
struct Checked {
  int a;
  bool check() const { return a > 0; }
};
struct CheckedToo {
  int a;
  bool check(svc::Issues&) const { return a > 0; }
};
struct Session {};
struct Greedy {};

}  // namespace

template <>
struct svc::from<Session> {
  static Session get(svc::Bearer) { return {}; }
};
template <>
struct svc::from<Greedy> {
  static Greedy get(Plain) { return {}; }
};

namespace {

[[maybe_unused]] void routes(svc::App& app) {
  app.get("/accepted/{n}", [](int n) { return n; });
#if defined(CASE_AUTO_PARAMETER)  // expect: written out: `auto` can't be matched
  app.get("/x", [](auto n) { return n; });
#elif defined(CASE_STRING_VIEW_PARAMETER)   // expect: a parameter can't be std::string_view
  app.get("/x/{n}", [](std::string_view) { return 1; });
#elif defined(CASE_C_STRING_PARAMETER)      // expect: a parameter can't be std::string_view or a C
  app.get("/x/{n}", [](const char*) { return 1; });
#elif defined(CASE_STRING_VIEW_RESULT)      // expect: can't return std::string_view or a char*
  app.get("/x", [](svc::Request& r) { return r.path(); });
#elif defined(CASE_C_STRING_RESULT)         // expect: can't return std::string_view or a char*
  app.get("/x", [] { return std::string().data(); });
#elif defined(CASE_OPAQUE_PARAMETER)        // expect: no part of a request can be turned into
  app.get("/x", [](Opaque) { return 1; });
#elif defined(CASE_OPAQUE_RESULT)           // expect: this result can't be sent
  app.get("/x", [] { return Opaque(1); });
#elif defined(CASE_OPTIONAL_PATH)           // expect: a path parameter is always there
  app.get("/x/{n}", [](std::optional<int>) { return 1; });
#elif defined(CASE_CONTEXT_BY_VALUE)        // expect: by reference (&)
  app.get("/x", [](svc::Stream) {});
#elif defined(CASE_TWO_BODIES)              // expect: at most one JSON body
  app.post("/x", [](Plain, std::vector<int>) { return 1; });
#elif defined(CASE_BODY_OF_GET)             // expect: a GET or HEAD handler takes no JSON body
  app.get("/x", [](Plain) { return 1; });
#elif defined(CASE_STREAM_WITH_RESULT)      // expect: answers through it and returns void
  app.get("/x", [](svc::Stream&) { return 1; });
#elif defined(CASE_BODY_TWICE)              // expect: as a whole or as svc::BodyStream
  app.post("/x", [](svc::BodyStream&, svc::Body) {});
#elif defined(CASE_TOO_FEW_PARAMETERS)      // expect: svc: fewer path parameters than placeholders
  app.get("/x/{a}/{b}", [](int a) { return a; });
#elif defined(CASE_TOO_MANY_PARAMETERS)     // expect: svc: more path parameters than placeholders
  app.get("/x/{a}", [](int a, int b) { return a + b; });
#elif defined(CASE_NO_SLASH)                // expect: svc: a pattern begins with '/'
  app.get("x", [] {});
#elif defined(CASE_GROUP_WITH_PLACEHOLDER)  // expect: svc: a prefix is
  app.group("/{tenant}");
#elif defined(CASE_GROUP_WITH_SLASH)        // expect: svc: a prefix is
  app.group("/v1/");
#elif defined(CASE_MIDDLEWARE_RESULT)  // expect: svc: a middleware of (Context&, Next&) returns
  app.use([](svc::Context&, svc::Next&) { return 1; });
#elif defined(CASE_EXCEPTION_ANSWER)   // expect: svc: on_exception takes a function that returns
  app.on_exception<std::exception>([](const std::exception&) { return 1; });
#elif defined(CASE_NO_NAME)            // expect: svc: a placeholder needs a name: {id}
  app.get("/{}", [](int) {});
#elif defined(CASE_SAME_NAME)          // expect: svc: two placeholders have the same name
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
#elif defined(CASE_UNCLOSED_PATTERN)  // expect: of the pattern isn't closed
  app.get("/x/{a}", [](svc::Pattern<"^(a"> a) { return a; });
#elif defined(CASE_LOOK_AROUND)       // expect: there is no look-around
  app.get("/x/{a}", [](svc::Pattern<"(?=a)"> a) { return a; });
#elif defined(CASE_BACK_REFERENCE)    // expect: an escape that isn't known
  app.get("/x/{a}", [](svc::Pattern<"(a)\\1"> a) { return a; });
#elif defined(CASE_SECRET_RESULT)     // expect: a svc::Secret is in no result
  app.get("/x", [] { return svc::Secret<std::string>(); });
#elif defined(CASE_SECRET_IN_LIST)    // expect: a svc::Secret is a member of a struct
  app.post("/x", [](std::vector<svc::Secret<std::string> >) { return 1; });
#elif defined(CASE_DOC_OF_NOBODY)     // expect: names a member that the struct lacks
  app.get("/x", [] { return Documented{}; });
#elif defined(CASE_DOC_WITHOUT_JSON)  // expect: the example of a svc::Doc is JSON
  app.get("/x", [] { return Exemplified{}; });
#elif defined(CASE_CALL_WITHOUT_SLASH)     // expect: svc: the path of a call begins with '/'
  app.get("/x", [](svc::Context& ctx) { ctx.http("up").get("x"); });
#elif defined(CASE_CALL_WITH_NAMED_PLACE)  // expect: svc: an argument's place is written {}
  app.get("/x", [](svc::Context& ctx) { ctx.http("up").get("/{id}", 1); });
#elif defined(CASE_CALL_WITH_TOO_FEW)      // expect: svc: fewer arguments than {} in the path
  app.get("/x", [](svc::Context& ctx) { ctx.http("up").get("/{}/{}", 1); });
#elif defined(CASE_CALL_WITH_TOO_MANY)     // expect: svc: more arguments than {} in the path
  app.get("/x", [](svc::Context& ctx) { ctx.http("up").get("/{}", 1, 2); });
#elif defined(CASE_FORM_OF_SCALAR)         // expect: takes a struct whose members are the form's
  app.post("/x", [](svc::Form<int>) { return 1; });
#elif defined(CASE_STRUCT_IN_FORM)         // expect: the members of a svc::Form struct are scalars
  struct Nested {
    Plain plain;
  };
  app.post("/x", [](svc::Form<Nested>) { return 1; });
#elif defined(CASE_FORM_OF_GET)            // expect: a GET or HEAD handler takes no form
  app.get("/x", [](svc::Form<Plain>) { return 1; });
#elif defined(CASE_FORM_AND_JSON)          // expect: the body is read once
  app.post("/x", [](svc::Form<Plain>, std::vector<int>) { return 1; });
#elif defined(CASE_MULTIPART_AND_BODY)     // expect: or svc::Multipart
  app.post("/x", [](svc::Multipart&, svc::Body) {});
#elif defined(CASE_MULTIPART_BY_VALUE)     // expect: by reference (&)
  app.post("/x", [](svc::Multipart) {});
#elif defined(CASE_EVENTS_WITH_RESULT)     // expect: takes svc::Events& answers through it
  app.get("/x", [](svc::Events&) { return 1; });
#elif defined(CASE_EVENTS_AND_STREAM)      // expect: a handler answers once
  app.get("/x", [](svc::Events&, svc::Stream&) {});
#elif defined(CASE_UPLOAD_IN_QUERY)        // expect: the members of a svc::Query struct are scalars
  struct Holder {
    svc::Upload file;
  };
  app.get("/x", [](svc::Query<Holder>) { return 1; });
#elif defined( \
    CASE_DEFAULT_OUT_OF_BOUNDS)  // expect: svc: the value of a svc::Default is none of its type
  app.get("/x", [](svc::QueryParam<"q", svc::Default<svc::Int<1, 10>, 50> >) { return 1; });
#elif defined( \
    CASE_DEFAULT_TOO_SHORT)  // expect: svc: the value of a svc::Default is none of its type
  app.get("/x", [](svc::QueryParam<"q", svc::Default<svc::Text<3, 10>, "x"> >) { return 1; });
#elif defined( \
    CASE_DEFAULT_TOO_LARGE)  // expect: svc: the value of a svc::Default is none of its type
  app.get("/x", [](svc::QueryParam<"q", svc::Default<int8_t, 300> >) { return 1; });
#elif defined( \
    CASE_DEFAULT_FRACTION)  // expect: svc: the value of a svc::Default is none of its type
  app.get("/x", [](svc::QueryParam<"q", svc::Default<int, 1.5> >) { return 1; });
#elif defined( \
    CASE_DEFAULT_ON_THE_BOUND)  // expect: svc: the value of a svc::Default is none of its type
  app.get("/x",
          [](svc::QueryParam<"q", svc::Default<svc::Number<svc::above(0)>, 0> >) { return 1; });
#elif defined( \
    CASE_DEFAULT_OF_ANOTHER_TYPE)  // expect: svc: the value of a svc::Default is none of its type
  app.get("/x", [](svc::QueryParam<"q", svc::Default<int, "x"> >) { return 1; });
#elif defined(CASE_ENUM_OUT_OF_RANGE)  // expect: svc: an enum crosses HTTP by name
  enum class Far { away = 5000 };
  app.get("/x", [] { return Far::away; });
#elif defined( \
    CASE_CHECK_OF_ANOTHER_KIND)  // expect: svc: T::check must be void check(svc::Issues&) const
  app.post("/x", [](Checked) { return 1; });
#elif defined( \
    CASE_CHECK_WITH_RESULT)  // expect: svc: T::check must be void check(svc::Issues&) const
  app.post("/x", [](CheckedToo) { return 1; });
#elif defined(CASE_UPLOAD_PARAMETER)   // expect: svc: a svc::Upload is a member of a svc::Form<T>
  app.post("/x", [](svc::Upload) { return 1; });
#elif defined(CASE_UPLOADS_PARAMETER)  // expect: svc: a svc::Upload is a member of a svc::Form<T>
  app.post("/x", [](std::vector<svc::Upload>) { return 1; });
#elif defined(CASE_UPLOAD_IN_JSON)     // expect: svc: a struct with a svc::Upload is no JSON body
  struct Holder {
    svc::Upload file;
  };
  app.post("/x", [](Holder) { return 1; });
#elif defined(CASE_OPTIONAL_OF_FROM)   // expect: svc: a std::optional of a type with svc::from
  app.get("/x", [](std::optional<Session>) { return 1; });
#elif defined(CASE_DEPENDENCY_ON_THE_BODY)  // expect: svc: svc::from<T>::get takes svc::Context&
  app.post("/x", [](Greedy) { return 1; });
#elif defined(CASE_PROBLEM_RESULT)          // expect: throw svc::Problem(404)
  app.get("/x", [] { return svc::Problem(404); });
#elif defined( \
    CASE_PRIVATE_MEMBERS)       // expect: private members or a base lists its members: using api
  app.post("/x", [](Opaque) { return 1; });
#elif defined(CASE_WRONG_BODY)  // expect: or its body has an
  app.get("/x", [] { return not_declared; });
#elif defined(CASE_C_ARRAY)     // expect: T has a C array: use std::array
  struct Holder {
    int a[4];
  };
  app.get("/x", [] { return Holder{}; });
#elif defined(CASE_BIT_FIELD)   // expect: T has a bit-field
  struct Holder {
    int a : 4;
  };
  app.get("/x", [] { return Holder{}; });
#elif defined(CASE_TOO_MANY_MEMBERS)   // expect: svc: a struct may have at most 64 members
  struct Holder {
    char a[65];
  };
  app.get("/x", [] { return Holder{}; });
#elif defined(CASE_PATTERN_AS_STRING)  // expect: svc: a pattern that is no literal is checked at
                                       // boot: svc::runtime
  app.get(std::string("/x"), [] { return 1; });
#elif defined(CASE_PREFIX_AS_STRING)   // expect: svc: a prefix that is no literal is checked at
                                       // boot: svc::runtime
  app.group(std::string("/x"));
#elif defined(CASE_TYPE_IN_PATTERN)    // expect: svc: the type is the handler's parameter's
  app.get("/x/{p:path}", [](std::string p) { return p; });
#elif defined(CASE_FLASK_PATTERN)      // expect: svc: a placeholder is written {id}
  app.get("/x/<id>", [](int id) { return id; });
#endif
}

}  // namespace
