#include "core/sdk/openapi/answers.h"

#include <algorithm>
#include <set>

#include "core/sdk/scope.h"

namespace svc {
namespace {

using detail::Source;
using Shape = OpenApiAnswer::Shape;

class Answers {
 public:
  Answers(const Route& route, bool takes_body)
      : route_(route), info_(route.handler_info()), takes_body_(takes_body) {}

  std::map<int, OpenApiAnswer> collect() {
    add_result();
    add_inputs(info_.parameters);
    for (const Middleware* step : route_.chain()) add_guard(step->guard());
    if (route_.offloaded()) error(503, "The pool of threads has too much to do.");
    for (const RouteNotes::Answer& answer : route_.notes().answers) add_declared(answer);
    return std::move(answers_);
  }

 private:
  void add_result() {
    const ResultInfo& result = info_.result;
    if (result.unknown) {
      if (declares(100, 399)) return;
      answers_[200] = {Shape::nothing, "Success"};
    } else if (result.redirects) {
      if (!declares(300, 399)) {
        answers_[kSomeRedirection] = {Shape::nothing, "To another place.", {}, true};
      }
    } else {
      OpenApiAnswer answer{Shape::nothing, std::string(reason_phrase(result.status))};
      if (!result.media_type.empty()) {
        answer.shape = Shape::value;
        answer.contents.push_back({std::string(result.media_type), result.type});
      }
      answer.location = result.location;
      answers_[result.status] = std::move(answer);
    }
    if (result.may_be_absent) error(404, "There is no such thing.");
    if (result.file && !takes_body_) add_file();
  }

  // What a file may be besides itself, to GET and HEAD.
  void add_file() {
    answers_[206] = {Shape::value, "The part that was asked for.", {{"*/*", nullptr}}};
    answers_[304] = {Shape::nothing, "The client has it already."};
    error(412, "It is not what the client expects.");
    error(416, "It has no such part.");
  }

  bool declares(int first, int last) const {
    return std::ranges::any_of(route_.notes().answers, [&](const RouteNotes::Answer& answer) {
      return answer.status >= first && answer.status <= last;
    });
  }

  void add_inputs(std::span<const ParameterInfo> parameters) {
    for (const ParameterInfo& parameter : parameters) {
      switch (parameter.source) {
        case Source::json:
          if (!takes_body_) break;
          error(400, "The body is no JSON.");
          error(413, "The body is too large.");
          error(415, "The body is of another media type.");
          error(422, "What was sent breaks a rule.", Shape::issues);
          break;
        case Source::form:
        case Source::multipart:
          if (!takes_body_) break;
          error(400, "The body is no form.");
          error(413, "The body is too large.");
          error(415, "The body is of another media type.");
          if (parameter.source == Source::multipart) break;
          [[fallthrough]];
        case Source::path:
        case Source::query:
        case Source::query_param:
        case Source::header:
        case Source::cookie:
          error(422, "What was sent breaks a rule.", Shape::issues);
          break;
        case Source::raw_body:
        case Source::body_stream:
          if (takes_body_) error(413, "The body is too large.");
          break;
        case Source::custom:
          if (parameter.security != nullptr) error(401, "Credentials are missing or wrong.");
          add_inputs(parameter.made_of);
          break;
        default:
          break;
      }
    }
  }

  void add_guard(const Guard* guard) {
    if (guard == nullptr) return;
    add_inputs(guard->parameters());
    for (const int status : guard->statuses()) error(status, std::string(reason_phrase(status)));
  }

  void add_declared(const RouteNotes::Answer& declared) {
    if (declared.status >= 400 && declared.type == nullptr && declared.media_type.empty()) {
      return error(declared.status, declared.description);
    }
    OpenApiAnswer& answer = answers_[declared.status];
    const bool first = declared_.insert(declared.status).second;  // In place of what the type says.
    if (first || answer.description.empty()) {
      answer.description = declared.description;
    } else if (!declared.description.empty()) {
      answer.description += " Or: " + declared.description;
    }
    answer.location = answer.location || (info_.result.redirects && declared.status / 100 == 3);
    if (declared.type == nullptr && declared.media_type.empty()) return;
    answer.shape = Shape::value;
    if (first) answer.contents.clear();
    std::erase_if(answer.contents,
                  [&](const auto& known) { return known.media_type == declared.media_type; });
    answer.contents.push_back({declared.media_type, declared.type});
  }

  void error(int status, std::string description, Shape shape = Shape::problem) {
    OpenApiAnswer& answer = answers_[status];
    const bool shaped = static_cast<bool>(route_.scope().shaper().error_shape);
    if (answer.description.empty()) answer.shape = shaped ? Shape::nothing : shape;
    answer.description = std::move(description);
  }

  const Route& route_;
  const HandlerInfo& info_;
  bool takes_body_;
  std::map<int, OpenApiAnswer> answers_;
  std::set<int> declared_;
};

}  // namespace

std::map<int, OpenApiAnswer> openapi_answers(const Route& route, bool takes_body) {
  return Answers(route, takes_body).collect();
}

}  // namespace svc
