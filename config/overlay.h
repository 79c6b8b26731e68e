// overlay.h — the environment and the command line, on top of what the files say.
//
// A variable SVC_A__B__C is the setting a.b.c: the parts are joined by two underscores, letter case
// is no matter, and '-' in a service's name is '_'. An override is "a.b.c=value". Values are
// written as in value_text.h, or as a TOML array or inline table; options may be any
// TOML value, and what is none is a text. Nothing is expanded in them: the shell has done that.
//
// Every variable that begins with SVC_ must be a setting, so that a typo is no silent default;
// except those of is_foreign_variable().
#pragma once

#include <string_view>

#include "config/errors.h"
#include "config/load.h"
#include "config/tree.h"

namespace svc {

// Variables that begin with SVC_ and are none of the configuration's: those svcd's own tests and
// tools use, and those Kubernetes sets for a service that is itself called "svc-…".
bool is_foreign_variable(std::string_view name);

void apply_overlay(Node& root, const LoadRequest& request, ConfigErrors& errors);

}  // namespace svc
