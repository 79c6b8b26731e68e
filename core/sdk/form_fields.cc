#include "core/sdk/form_fields.h"

#include <utility>

#include "core/http/percent.h"
#include "core/sdk/media_type.h"
#include "core/sdk/multipart_parser.h"
#include "core/sdk/problem.h"
#include "core/sdk/request.h"

namespace svc {
namespace {

constexpr std::string_view kUrlencoded = "application/x-www-form-urlencoded";
constexpr std::string_view kMultipart = "multipart/form-data";

std::vector<FormField> parse_urlencoded(std::string_view body) {
  auto pairs = parse_query(body, kFormFieldsMax);
  if (!pairs) throw Problem(400, "the form has too many fields");
  std::vector<FormField> fields;
  fields.reserve(pairs->size());
  for (auto& [name, value] : *pairs) {
    fields.push_back({.name = std::move(name), .value = std::move(value)});
  }
  return fields;
}

std::vector<FormField> parse_multipart(std::string_view content_type, std::string_view body) {
  auto parser = MultipartParser::for_type(content_type, {.parts_max = kFormFieldsMax});
  if (!parser) throw Problem(400, parser.error().text);
  parser->add(body);
  parser->end();
  std::vector<FormField> fields;
  for (;;) {
    switch (parser->next()) {
      case MultipartParser::Step::part: {
        const PartHead& head = parser->head();
        FormField& field = fields.emplace_back();
        field.name = head.name;
        field.is_file = head.filename.has_value();
        field.file.filename = head.filename.value_or("");
        field.file.content_type = head.content_type;
        break;
      }
      case MultipartParser::Step::content: {
        FormField& field = fields.back();
        (field.is_file ? field.file.content : field.value) += parser->content();
        break;
      }
      case MultipartParser::Step::part_end:
        break;
      case MultipartParser::Step::end:
        return fields;
      case MultipartParser::Step::more:  // Never: it has all there is.
      case MultipartParser::Step::failed:
        throw Problem(400, parser->error());
    }
  }
}

}  // namespace

std::vector<FormField> parse_form(std::string_view content_type, std::string_view body) {
  if (content_type.empty() && body.empty()) return {};
  const bool multipart = is_media_type(content_type, kMultipart);
  if ((!multipart && !is_media_type(content_type, kUrlencoded)) ||
      !is_utf8_or_unsaid(content_type)) {
    throw Problem(415,
                  "the body must be a form in UTF-8, sent with Content-Type: "
                  "application/x-www-form-urlencoded or multipart/form-data")
        .header("Accept", std::string(kUrlencoded).append(", ").append(kMultipart));
  }
  return multipart ? parse_multipart(content_type, body) : parse_urlencoded(body);
}

}  // namespace svc
