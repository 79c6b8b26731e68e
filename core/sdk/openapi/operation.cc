#include "core/sdk/openapi/operation.h"

#include <algorithm>
#include <set>

#include "core/sdk/openapi/answers.h"

namespace svc {
namespace {

using detail::Source;

std::string reference_to(std::string_view schema) {
  return std::string("#/components/schemas/").append(schema);
}

constexpr std::string_view kUrlEncoded = "application/x-www-form-urlencoded";

bool takes_files(const TypeInfo& form) {
  return std::ranges::any_of(form.object->fields, [](const FieldInfo& field) {
    const TypeInfo& type = *field.type;
    return type.is_upload || (type.element != nullptr && type.element->is_upload);
  });
}

// A form without it is refused, and only one of the encodings has files.
bool needs_file(const TypeInfo& form) {
  return std::ranges::any_of(form.object->fields,
                             [](const FieldInfo& field) { return field.type->is_upload; });
}

class OperationWriter {
 public:
  OperationWriter(JsonWriter& json, const OpenApiPath& path, const OpenApiOperation& operation,
                  OpenApiComponents& components)
      : json_(json),
        path_(path),
        route_(*operation.route),
        info_(route_.handler_info()),
        operation_(operation),
        components_(components),
        takes_body_(operation.method != "get" && operation.method != "head") {}

  void write() {
    json_.begin_object();
    write_notes();
    write_parameters();
    write_body();
    write_answers();
    write_security();
    json_.end_object();
  }

 private:
  void write_notes() {
    const RouteNotes& notes = route_.notes();
    std::vector<std::string_view> tags;
    for (const RouteScope* scope = &route_.scope(); scope != nullptr; scope = scope->parent) {
      tags.insert(tags.begin(), scope->tags.begin(), scope->tags.end());
    }
    tags.insert(tags.end(), notes.tags.begin(), notes.tags.end());
    if (!tags.empty()) {
      json_.key("tags");
      json_.array([&] {
        std::set<std::string_view> seen;
        for (const std::string_view tag : tags) {
          if (seen.insert(tag).second) json_.value(tag);
        }
      });
    }
    if (!notes.summary.empty()) json_.field("summary", notes.summary);
    if (!notes.description.empty()) json_.field("description", notes.description);
    json_.field("operationId", operation_.id);
    if (notes.deprecated) json_.field("deprecated", true);
  }

  void write_parameters() {
    // The handler's own, then what is read by the guards around it.
    std::vector<std::span<const ParameterInfo>> lists = {info_.parameters};
    for (const Middleware* step : route_.chain()) {
      if (step->guard() != nullptr) lists.push_back(step->guard()->parameters());
    }
    const auto has_some = [](const auto& list) { return std::ranges::any_of(list, is_listed); };
    if (!std::ranges::any_of(lists, has_some)) return;
    json_.key("parameters");
    json_.array([&] {
      size_t placeholder = 0;
      for (const auto& list : lists) {
        for (const ParameterInfo& parameter : list) write_parameter(parameter, placeholder);
      }
    });
  }

  static bool is_listed(const ParameterInfo& parameter) {
    return parameter.source == Source::path || parameter.source == Source::encoded_path ||
           parameter.source == Source::query || parameter.source == Source::query_param ||
           parameter.source == Source::header || parameter.source == Source::cookie ||
           std::ranges::any_of(parameter.made_of, is_listed);
  }

  void write_parameter(const ParameterInfo& parameter, size_t& placeholder) {
    switch (parameter.source) {
      case Source::path:
      case Source::encoded_path:
        return write_one("path", {path_.placeholders[placeholder++], parameter.type});
      case Source::query:
        for (const FieldInfo& field : parameter.type->object->fields) write_one("query", field);
        return;
      case Source::query_param:
        return write_one("query", {parameter.name, parameter.type});
      case Source::header:
        return write_one("header", {parameter.name, parameter.type});
      case Source::cookie:
        return write_one("cookie", {parameter.name, parameter.type});
      case Source::custom:
        for (const ParameterInfo& part : parameter.made_of) write_parameter(part, placeholder);
        return;
      default:
        return;
    }
  }

  // `field.type` nullptr: a text. Two handlers' parameters may read the same thing: one is listed.
  void write_one(std::string_view in, const FieldInfo& field) {
    if (!listed_.emplace(in, field.name).second) return;
    json_.begin_object();
    json_.field("name", field.name);
    json_.field("in", in);
    const bool may_lack =
        field.type != nullptr && in != "path" &&
        (field.type->presence != Presence::required || field.type->kind == TypeKind::list);
    json_.field("required", !may_lack);
    if (!field.description.empty()) json_.field("description", field.description);
    json_.key("schema");
    if (field.type == nullptr) {
      json_.object([&] { json_.field("type", "string"); });
    } else {
      write_schema(json_, not_null(*field.type), components_.schemas);
    }
    if (!field.example.empty()) {
      json_.key("example");
      json_.raw(field.example);
    }
    json_.end_object();
  }

  void write_body() {
    if (!takes_body_) return;
    for (const ParameterInfo& parameter : info_.parameters) {
      if (parameter.source == Source::json) return write_json_body(*parameter.type);
      if (parameter.source == Source::form) return write_form_body(*parameter.type);
      if (parameter.source == Source::multipart) return write_multipart_body();
      if (parameter.source == Source::raw_body || parameter.source == Source::body_stream) {
        json_.key("requestBody");
        json_.object([&] {
          json_.key("content");
          json_.object([&] {
            json_.key("*/*");
            json_.object([] {});
          });
        });
        return;
      }
    }
  }

  void write_form_body(const TypeInfo& type) {
    json_.key("requestBody");
    json_.object([&] {
      json_.field("required", true);
      json_.key("content");
      json_.object([&] {
        const std::string& example = route_.notes().request_example;
        // The first one is what a page offers: files need the second.
        if (!takes_files(type)) write_content(kUrlEncoded, &type, example);
        write_content("multipart/form-data", &type, example);
        if (takes_files(type) && !needs_file(type)) write_content(kUrlEncoded, &type, {});
      });
    });
  }

  void write_multipart_body() {
    json_.key("requestBody");
    json_.object([&] {
      json_.field("required", true);
      json_.key("content");
      json_.object([&] { write_content("multipart/form-data", nullptr, {}); });
    });
  }

  void write_json_body(const TypeInfo& type) {
    json_.key("requestBody");
    json_.object([&] {
      json_.field("required", type.presence == Presence::required);
      json_.key("content");
      json_.object(
          [&] { write_content("application/json", &type, route_.notes().request_example); });
    });
  }

  void write_content(std::string_view media_type, const TypeInfo* type, const std::string& example,
                     SchemaUse use = SchemaUse::input) {
    json_.key(media_type);
    json_.object([&] {
      if (type != nullptr) {
        json_.key("schema");
        write_schema(json_, *type, components_.schemas, use);
      }
      if (!example.empty()) {
        json_.key("example");
        json_.raw(example);
      }
    });
  }

  void write_answers() {
    json_.key("responses");
    json_.object([&] {
      for (const auto& [status, answer] : openapi_answers(route_, takes_body_)) {
        json_.key(status == kSomeRedirection ? "3XX" : std::to_string(status));
        write_answer(status, answer);
      }
    });
  }

  void write_answer(int status, const OpenApiAnswer& answer) {
    json_.begin_object();
    json_.field("description", answer.description);
    if (answer.location) {
      json_.key("headers");
      json_.object([&] {
        json_.key("Location");
        json_.object([&] {
          json_.key("schema");
          json_.object([&] {
            json_.field("type", "string");
            json_.field("format", "uri-reference");
          });
        });
      });
    }
    if (answer.shape != OpenApiAnswer::Shape::nothing) {
      json_.key("content");
      json_.object([&] { write_answer_content(status, answer); });
    }
    json_.end_object();
  }

  void write_answer_content(int status, const OpenApiAnswer& answer) {
    if (answer.shape == OpenApiAnswer::Shape::value) {
      for (const OpenApiAnswer::Content& content : answer.contents) {
        write_content(content.media_type, content.type, example_of(status), SchemaUse::output);
      }
      return;
    }
    const bool issues = answer.shape == OpenApiAnswer::Shape::issues;
    json_.key(issues ? "application/json" : "application/problem+json");
    json_.object([&] {
      json_.key("schema");
      json_.object(
          [&] { json_.field("$ref", reference_to(issues ? kIssuesSchema : kProblemSchema)); });
    });
  }

  // The one that was given is of the handler's own result.
  std::string example_of(int status) const {
    const bool own = status == info_.result.status;
    return own ? route_.notes().response_example : std::string();
  }

  void write_security() {
    using Names = std::set<std::string_view>;
    Names required, optional;
    const auto add = [&](const SecurityScheme* scheme, bool may_lack) {
      if (scheme == nullptr) return;
      (may_lack ? optional : required).insert(scheme->name);
      components_.security.emplace(scheme->name, scheme);
    };
    for (const Middleware* step : route_.chain()) {
      if (step->guard() != nullptr) add(step->guard()->security(), false);
    }
    for (const ParameterInfo& parameter : info_.parameters) {
      add(parameter.security, parameter.security_optional);
    }
    for (const std::string_view name : required) optional.erase(name);
    if (required.empty() && optional.empty()) return;
    // Any one of the list will do: with each thing that may be there, and with none of them.
    std::vector<Names> choices(optional.size(), required);
    size_t at = 0;
    for (const std::string_view name : optional) choices[at++].insert(name);
    choices.push_back(required);
    json_.key("security");
    json_.array([&] {
      for (const Names& names : choices) write_requirement(names);
    });
  }

  void write_requirement(const std::set<std::string_view>& schemes) {
    json_.object([&] {
      for (const std::string_view name : schemes) {
        json_.key(name);
        json_.array([] {});
      }
    });
  }

  JsonWriter& json_;
  const OpenApiPath& path_;
  const Route& route_;
  const HandlerInfo& info_;
  const OpenApiOperation& operation_;
  OpenApiComponents& components_;
  bool takes_body_;
  std::set<std::pair<std::string_view, std::string_view>> listed_;
};

}  // namespace

void write_operation(JsonWriter& json, const OpenApiPath& path, const OpenApiOperation& operation,
                     OpenApiComponents& components) {
  OperationWriter(json, path, operation, components).write();
}

}  // namespace svc
