// options.h — what `[service.X.options]` says, read by a module's own types.
//
//   struct Settings { std::string database; svc::Default<svc::Int<1, 64>, 4> connections; };
//   auto settings = app.options().as<Settings>();                // all of them: others are refused
//   auto limit = app.options().get<int>("limit", 10);            // one, with a fallback
//
// Errors are OptionError, which ends the boot of the worker with its text:
// "config/production.toml:12:3: service.users.options.connections: must be at most 64".
//
// The configuration's floor is not this one's: options arrive as flat rows, in which every value
// has its key's whole path ("cache.size", "tags[0]") and the place where it was written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/types/types.h"

namespace svc {

struct OptionRow {
  struct List {  // An array of so many elements; they follow as rows of their own.
    uint64_t size = 0;
  };
  using Value = std::variant<bool, int64_t, double, std::string, List>;

  std::string key;  // Odd names are quoted: cache."a b"
  Value value;
  std::string origin;  // "config/base.toml:12:3"; empty if unknown.
};

class SVC_API OptionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~OptionError() override;
};

class SVC_API Options {
 public:
  // `section` is named in errors: "service.users.options".
  explicit Options(std::string section = "options", std::vector<OptionRow> rows = {});
  ~Options();
  Options(Options&&) noexcept;
  Options& operator=(Options&&) noexcept;

  // The value of `key` ("database", "cache.size"), which must be there.
  template <class T>
  T get(std::string_view key) const {
    T value{};
    if (!read(key, type_info<T>(), &value)) missing(key);
    return value;
  }
  template <class T>
  T get(std::string_view key, std::type_identity_t<T> fallback) const {
    T value{};
    return read(key, type_info<T>(), &value) ? std::move(value) : std::move(fallback);
  }
  template <class T>
  std::optional<T> find(std::string_view key) const {
    T value{};
    if (!read(key, type_info<T>(), &value)) return std::nullopt;
    return value;
  }
  bool has(std::string_view key) const;

  // `path`, the value of `key`, as files are named in the configuration: a relative one starts at
  // the file that says it.
  std::string path(std::string_view key, std::string_view path) const;
  // What a type can't know: throw options.wrong("root", "there is no such folder"). Says where the
  // option was written.
  OptionError wrong(std::string_view key, std::string_view what) const;

  // All options as one struct. One that the struct lacks is refused, with a suggestion.
  template <class T>
  T as() const {
    static_assert(detail::is_plain_struct<T>, "svc: options().as<T>() fills a struct");
    T value{};
    read_all(type_info<T>(), &value);
    return value;
  }

  // One sentence for each option that nothing has asked for: likely a typo. Ends the boot: from
  // here on any thread may read.
  std::vector<std::string> unread();

 private:
  struct State;

  bool read(std::string_view key, const TypeInfo& type, void* out) const;  // False: not there.
  void read_all(const TypeInfo& type, void* out) const;
  [[noreturn]] void missing(std::string_view key) const;

  std::unique_ptr<State> state_;
};

}  // namespace svc
