// issues.h — what is wrong with an input: every violation, with its place, for one answer.
//
// Why all at once: a client that fixes one field a round trip gives up. Answered as 422 in the
// shape that FastAPI's users know: {"detail":[{"loc":["body","qty"],"msg":"…","type":"…"}]}.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/api.h"

namespace svc {

class JsonWriter;

struct Issue {
  std::vector<std::variant<std::string, size_t>> loc;  // "body", "items", 3, "qty"
  std::string msg;                                     // For people.
  std::string type;                                    // For programs: "missing", "int_type", …

  bool operator==(const Issue&) const = default;
};

// Where a reader is, as a chain on its stack: nothing is stored until something is wrong.
struct InputPlace {
  const InputPlace* parent = nullptr;
  std::string_view name{};  // Empty: `index`.
  size_t index = 0;
  bool is_index = false;

  static InputPlace of(std::string_view name) { return {nullptr, name}; }
  InputPlace member(std::string_view member_name) const { return {this, member_name}; }
  InputPlace element(size_t at) const { return {this, {}, at, true}; }
};

class SVC_API Issues {
 public:
  static constexpr size_t kMax = 100;  // A megabyte of wrong elements is not a megabyte of answer.

  // Once: what two dependencies read is wrong in one place.
  void add(const InputPlace& place, std::string_view type, std::string msg);
  // In a type's own check(): about `member` of it (of what is being checked), or about all of it
  // where that is empty. `type` is for programs.
  void add(std::string_view member, std::string msg, std::string_view type = "value_error");
  bool empty() const noexcept { return list_.empty(); }
  bool full() const noexcept { return list_.size() >= kMax; }  // Further reading is pointless.
  std::span<const Issue> list() const noexcept { return list_; }
  std::vector<Issue> take() && noexcept { return std::move(list_); }

  // Where add(member, …) is from here on; returns where it was. For who calls a type's check().
  const InputPlace* enter(const InputPlace* place) noexcept {
    return std::exchange(checked_, place);
  }

 private:
  const InputPlace* checked_ = nullptr;  // Nowhere: `member` stands alone.
  std::vector<Issue> list_;
};

// The array that stands under "detail".
SVC_API void write_issues(JsonWriter& json, std::span<const Issue> issues);
// "body.items[3].qty: must be at most 5; …": for logs and boot errors.
SVC_API std::string describe_issues(std::span<const Issue> issues);

}  // namespace svc
