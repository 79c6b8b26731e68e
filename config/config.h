// config.h — the configuration as programs read it: plain structs, every value resolved.
//
// Why expanded: the members with a setting behind them come from the one table (settings.def), so
// that a setting can't be in a struct and not in the manual, or the other way round. The members
// written out here are what loading adds: names, places, resolved paths.
//
// Who has one: the master keeps a Config; a worker gets the ServiceConfig of its own service and
// nothing of the others. Values only; no descriptor, no pointer, no lock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/base/log.h"

namespace svc {

// Where a value was written. Lines and columns count from 1; 0 is unknown.
struct Place {
  std::string file;  // As the user would name it.
  uint32_t line = 0;
  uint32_t column = 0;

  bool operator==(const Place&) const = default;
};

enum class OriginKind : uint8_t { fallback, file, environment, command_line, derived };

// Who said so. `config show --origin` prints it.
struct SettingOrigin {
  OriginKind kind = OriginKind::fallback;
  Place place;          // kind file.
  std::string source;   // The variable, the argument, or what it was derived from.
  std::string unshown;  // Not empty: as written, because the value came out of a ${file:…} and
                        // is nobody's business.
  bool operator==(const SettingOrigin&) const = default;
};

enum class Reuseport : uint8_t { automatic, on, off };

enum class BalanceMode : uint8_t { round_robin, least_loaded };

enum class ForwardedBy : uint8_t { x_forwarded_for, forwarded, none };

enum class OnOff : uint8_t { off, on };
enum class AccessLogFormat : uint8_t { off, text, json };

enum class TellRequestId : uint8_t { never, asked, always };

struct Workers {
  bool automatic = true;  // As many as CPUs are allowed (cpus.h); min and max mean nothing.
  uint32_t min = 1;       // A plain number: min == max.
  uint32_t max = 1;

  bool operator==(const Workers&) const = default;
};

// An array of `options` with this many elements; they follow as options of their own.
struct OptionArray {
  uint64_t size = 0;
  bool operator==(const OptionArray&) const = default;
};

// One value of [service.X.options], flattened. Dates and times are texts, as they were written.
struct Option {
  using Value = std::variant<bool, int64_t, double, std::string, OptionArray>;

  std::string key;  // "cache.size", "tags[0]", "peers[1].host"; odd names quoted: a."b c"
  Value value;
  Place place;  // For the error message of the module that doesn't like it.

  bool operator==(const Option&) const = default;
};

struct ListenEntry;

// From the table's word for a kind to the C++ type of the member.
namespace setting_kind {
using text = std::string;
using label = std::string;  // A name that goes into paths.
using texts = std::vector<std::string>;
using path = std::string;    // Absolute once loaded.
using target = std::string;  // A path, "stderr" or "stdout".
using module = std::string;  // As written; see ServiceConfig::module_path.
using number = uint32_t;
using amount = uint64_t;
using size = uint64_t;  // Bytes.
using duration = std::chrono::milliseconds;
using mode = uint32_t;  // Octal.
using log_level = LogLevel;
using log_format = LogFormat;
using reuseport = Reuseport;
using balance = BalanceMode;
using forwarded_by = ForwardedBy;
using on_off = OnOff;
using access_log = AccessLogFormat;
using tell_request_id = TellRequestId;
using workers = Workers;
using listeners = std::vector<ListenEntry>;
using environment = std::map<std::string, std::string>;
using regions = std::map<std::string, std::string>;  // Sizes as they are written: "8MiB".
using options = std::vector<Option>;
}  // namespace setting_kind

#define SETTING_MEMBER(kind, name, fallback, ...) setting_kind::kind name = fallback;

// Where a service accepts connections.
struct ListenEntry {
#define SETTING_LISTEN SETTING_MEMBER
#include "config/settings.def"

  bool operator==(const ListenEntry&) const = default;
};

struct MasterConfig {
#define SETTING_MASTER SETTING_MEMBER
#include "config/settings.def"

  bool operator==(const MasterConfig&) const = default;
};

struct LogConfig {
#define SETTING_LOG SETTING_MEMBER
#include "config/settings.def"

  bool operator==(const LogConfig&) const = default;
};

struct HttpConfig {
#define SETTING_HTTP SETTING_MEMBER
#include "config/settings.def"

  bool operator==(const HttpConfig&) const = default;
};

// What is in front of a service.
struct ProxyConfig {
#define SETTING_PROXY SETTING_MEMBER
#include "config/settings.def"

  bool operator==(const ProxyConfig&) const = default;
};

// Another service that this one calls.
struct UpstreamConfig {
#define SETTING_UPSTREAM SETTING_MEMBER
#include "config/settings.def"

  bool operator==(const UpstreamConfig&) const = default;
};

struct ServiceConfig {
  std::string name;
  std::string module_path = {};  // Absolute; empty for a builtin.
#define SETTING_SERVICE SETTING_MEMBER
#include "config/settings.def"
  HttpConfig http = {};
  ProxyConfig proxy = {};
  std::map<std::string, UpstreamConfig> upstreams = {};

  bool operator==(const ServiceConfig&) const = default;
};

#undef SETTING_MEMBER

struct Config {
  MasterConfig master;
  LogConfig log;
  std::map<std::string, ServiceConfig> services;

  std::string file;                // Real path of the file that was loaded.
  std::vector<std::string> files;  // Real paths of all that took part: the file, what it extends.
  // By path ("service.users.http.body_max"); what isn't here has its default.
  std::map<std::string, SettingOrigin, std::less<>> origins;

  bool operator==(const Config&) const = default;
};

// How many workers to start: the number, the minimum, or the CPUs that this process may use.
SVC_API uint32_t initial_workers(const Workers& workers);

}  // namespace svc
