#include "core/server/standalone_config.h"

#include <fmt/core.h>

#include <utility>

#include "core/base/json_writer.h"

namespace svc {
namespace {

// A TOML basic string is a JSON string (toml.io v1.0, "String"; RFC 8259 section 7).
std::string toml_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

StandaloneFile::StandaloneFile(std::string_view service, const CommandLine& line)
    : overrides_(line.overrides) {
  std::string listen;
  for (const auto& address : line.listen) {
    if (!listen.empty()) listen += ", ";
    listen += toml_string(address);
  }
  if (listen.empty()) listen = toml_string("127.0.0.1:8080");
  source_.path = fmt::format("/{}.toml", service);
  source_.text = fmt::format("[service.{0}]\nbuiltin = \"{0}\"\nlisten = [{1}]\nworkers = {2}\n",
                             service, listen, line.workers.value_or(1));
}

Result<LoadRequest> StandaloneFile::request() const {
  LoadRequest request = load_request(source_.path);
  request.overrides = overrides_;
  request.files = &source_;
  return request;
}

Result<std::string> StandaloneFile::Source::read(const std::string& wanted, size_t size_max) const {
  if (wanted == path && text.size() <= size_max) return text;
  return FileSource::disk().read(wanted, size_max);  // ${file:…} in an override.
}

Result<std::string> StandaloneFile::Source::real_path(const std::string& wanted) const {
  if (wanted == path) return path;
  return FileSource::disk().real_path(wanted);
}

bool StandaloneFile::Source::is_file(const std::string& wanted) const {
  return wanted == path || FileSource::disk().is_file(wanted);
}

}  // namespace svc
