#include "cmd/services/demo/handlers.h"
#include "core/base/utf8.h"

namespace demo {
namespace {

struct Input {
  svc::Default<std::string, ""> text;
};
struct Output {
  std::string original;
  std::string reversed;
};
std::string reversed(std::string_view text) {
  std::string out(text.size(), '\0');
  size_t room = text.size();
  while (!text.empty()) {
    const size_t size = svc::utf8_next(text).size;
    room -= size;
    text.copy(&out[room], size);
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace

// A typed parameter would answer in the SDK's own words; this route has promised others.
svc::Response process(svc::Body body) {
  Input input;
  svc::Issues issues;
  if (!svc::from_json(body.text(), input, issues)) {
    return svc::Response::of(Failure{"invalid json"}, 400);
  }
  if (!issues.empty()) return svc::Response::of(Failure{"text must be a string"}, 422);
  return svc::Response::of(Output{input.text, reversed(input.text)});
}

}  // namespace demo
