// emit.h — everything that is printed from the table: values, explanations, documents.
//
// Why from the table: a manual that is written by hand is wrong by the second release.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "core/base/json_writer.h"
#include "core/base/result.h"

namespace svc {

// The resolved configuration as TOML that loads to the same values; with `origin`, behind each
// value who set it. Values out of ${file:…} are shown as they were written.
SVC_API std::string show_config(const Config& config, bool origin);
// {"file","files","settings":{path: {"value","origin"}}}
SVC_API void show_config_json(const Config& config, JsonWriter& json);
// "file shop.toml:12:3", "environment SVC_LOG__LEVEL", "command line", "default"
SVC_API std::string origin_text(const SettingOrigin& origin);

// What a setting ("service.users.workers", "workers") or a section ("service.users.http") means.
// Errors: no such setting, with the nearest one.
SVC_API Result<std::string> explain(std::string_view path);
SVC_API Result<> explain_json(std::string_view path, JsonWriter& json);

SVC_API std::string config_json_schema();  // JSON Schema, draft 2020-12, of a configuration file.
SVC_API std::string config_example();      // Annotated TOML: every setting with its default.
SVC_API std::string config_manual();       // svcd.toml(5), mdoc(7).
// Every path ("master.name", "service.*.workers"): for completions.
SVC_API std::vector<std::string> setting_paths();

}  // namespace svc
