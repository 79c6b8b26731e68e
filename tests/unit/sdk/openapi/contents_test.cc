// What the document says about what is no JSON: forms, uploads, events, streams, files; and about
// what stands in the head of a request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/sdk/require.h"
#include "core/sdk/testing/client.h"
#include "core/sdk/testing/matchers.h"

namespace svc {
namespace {

using testing::JsonHas;
using ::testing::Not;

enum class Theme { light, dark };
struct Profile {
  Text<1, 64> name;
  std::optional<int> age;
  std::vector<Upload> papers;
};
struct Wish {
  std::string text;
};
struct Machine {
  std::string key;
};
constexpr SecurityScheme kMachineKey{"api_key", "apiKey", "", "header", "X-Api-Key"};

}  // namespace

template <>
struct from<Machine> {
  static constexpr const SecurityScheme* security = &kMachineKey;
  static Machine get(Context&) { throw Problem(401, "no key"); }
};

namespace {

// Of the only operation that `routes` makes, "/x".
std::string described(const std::function<void(App&)>& routes) {
  testing::Client client(routes);
  return client.get("/openapi.json").body;
}

// {"paths":{"/x":{METHOD:{…}}}}
auto SaysOf(std::string_view method, std::string_view operation) {
  std::string text = R"({"paths":{"/x":{")";
  return JsonHas(text.append(method).append("\":").append(operation).append("}}}"));
}

TEST(OpenApiContents, FormIsTakenInBothEncodings) {
  const std::string text =
      described([](App& app) { app.post("/x", [](Form<Profile> in) { return in->name; }); });
  EXPECT_THAT(text, SaysOf("post", R"({"requestBody":{"required":true,"content":{
      "multipart/form-data":{"schema":{"$ref":"#/components/schemas/Profile"}},
      "application/x-www-form-urlencoded":{"schema":{"$ref":"#/components/schemas/Profile"}}}}})"));
  EXPECT_THAT(text, SaysOf("post", R"({"responses":{"200":{"content":{"text/plain":{}}},"400":{},
      "413":{},"415":{},"422":{"content":{"application/json":{"schema":
      {"$ref":"#/components/schemas/ValidationProblem"}}}}}})"));
  EXPECT_THAT(text, JsonHas(R"({"components":{"schemas":{
      "Profile":{"type":"object","properties":{"name":{"type":"string","minLength":1},
        "papers":{"type":"array","items":{"$ref":"#/components/schemas/Upload"}}}},
      "Upload":{"type":"string","contentMediaType":"application/octet-stream"}}}})"));
}

TEST(OpenApiContents, MultipartIsABodyThatNobodyDescribes) {
  const std::string text =
      described([](App& app) { app.post("/x", [](Multipart&) { return 1; }); });
  EXPECT_THAT(text, SaysOf("post", R"({"requestBody":{"required":true,
      "content":{"multipart/form-data":{}}},"responses":{"200":{},"400":{},"413":{},"415":{}}})"));
  EXPECT_THAT(text, Not(SaysOf("post", R"({"responses":{"422":{}}})")));
}

TEST(OpenApiContents, EventsAreAnEventStream) {
  const std::string text = described([](App& app) {
    app.get("/x", [](Events&) {});
    app.post("/x", [](Wish, Events&) {});
  });
  constexpr std::string_view kStream =
      R"({"responses":{"200":{"content":{"text/event-stream":{}}}}})";
  EXPECT_THAT(text, SaysOf("get", kStream));
  EXPECT_THAT(text, SaysOf("post", kStream));
  EXPECT_THAT(text, SaysOf("post", R"({"requestBody":{"content":{"application/json":{}}},
      "responses":{"422":{}}})"));
}

// Nobody knows what a handler will write: it says so itself, or nothing is said.
TEST(OpenApiContents, StreamIsWhatItsRouteSays) {
  const std::string text = described([](App& app) {
    app.get("/x", [](Stream&) {});
    app.post("/x", [](BodyStream&, Stream&) {}).answers(200, "Lines.", "text/csv");
  });
  EXPECT_THAT(text, SaysOf("get", R"({"responses":{"200":{"description":"Success"}}})"));
  EXPECT_THAT(text, Not(SaysOf("get", R"({"responses":{"200":{"content":{}}}})")));
  EXPECT_THAT(text, SaysOf("post", R"({"requestBody":{"content":{"*/*":{}}},"responses":
      {"200":{"description":"Lines.","content":{"text/csv":{}}},"413":{}}})"));
}

TEST(OpenApiContents, FileIsSentInPartsAndOnlyIfItHasChanged) {
  const std::string text = described([](App& app) {
    app.get("/x", [] { return File("/etc/hostname"); });
    app.post("/x", [](Wish) { return File("/etc/hostname"); });
  });
  EXPECT_THAT(text, SaysOf("get", R"({"responses":{"200":{"content":{"*/*":{}}},
      "206":{"content":{"*/*":{}}},"304":{},"404":{},"412":{},"416":{}}})"));
  EXPECT_THAT(text, SaysOf("post", R"({"responses":{"200":{"content":{"*/*":{}}},"404":{}}})"));
  EXPECT_THAT(text, Not(SaysOf("post", R"({"responses":{"206":{}}})")));
}

TEST(OpenApiContents, HeadersAndCookiesAreParametersWithTheirTypes) {
  const std::string text = described([](App& app) {
    app.get("/x", [](Header<"X-Id", Uuid>, Header<"X-Page", std::optional<Int<1, 9>>>,
                     Header<"X-Tag", std::vector<Theme>>,
                     Cookie<"theme", Default<Theme, Theme::dark>>, Cookie<"session">) {});
  });
  EXPECT_THAT(text, SaysOf("get", R"({"parameters":[
      {"name":"X-Id","in":"header","required":true,"schema":{"type":"string","format":"uuid"}},
      {"name":"X-Page","in":"header","required":false,"schema":{"type":"integer","maximum":9}},
      {"name":"X-Tag","in":"header","required":false,"schema":{"type":"array",
        "items":{"$ref":"#/components/schemas/Theme"}}},
      {"name":"theme","in":"cookie","required":false,"schema":{"default":"dark"}},
      {"name":"session","in":"cookie","required":true,"schema":{"type":"string"}}],
      "responses":{"204":{},"422":{}}})"));
}

TEST(OpenApiContents, KeyInAHeaderIsASchemeOfItsOwn) {
  const std::string text = described([](App& app) { app.get("/x", [](const Machine&) {}); });
  EXPECT_THAT(text, SaysOf("get", R"({"security":[{"api_key":[]}],"responses":{"401":{}}})"));
  EXPECT_THAT(text, JsonHas(R"({"components":{"securitySchemes":{
      "api_key":{"type":"apiKey","in":"header","name":"X-Api-Key"}}}})"));
}

// Each entry of the list is one way in: what may lack must not be demanded by all of them.
TEST(OpenApiContents, OptionalCredentialsAreDemandedInNoWay) {
  const std::string text = described([](App& app) {
    app.get("/x", [](const Machine&, std::optional<Bearer>) {});
    app.put("/x", [](std::optional<Basic>, std::optional<Bearer>) {});
    app.del("/x", [](std::optional<Basic>) {}).use(require<Basic>());
  });
  EXPECT_THAT(text, SaysOf("get", R"({"security":[{"api_key":[],"bearer":[]},{"api_key":[]}]})"));
  EXPECT_THAT(text, SaysOf("put", R"({"security":[{"basic":[]},{"bearer":[]},{}]})"));
  EXPECT_THAT(text, SaysOf("delete", R"({"security":[{"basic":[]}]})"));
}

}  // namespace
}  // namespace svc
