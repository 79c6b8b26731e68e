// fields.h — the header fields of a message that is sent or was received by the client.
//
// Why own memory: the fields of an answer outlive the connection's buffer, and those of a request
// are sent again when it is retried. One text and offsets into it: two allocations for a head.
//
// Names compare without regard to case (RFC 9110 5.1); order is kept. Nothing is checked here:
// what would split a request is refused when it is sent (encode.h), what came in was checked by the
// parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/http/message.h"

namespace svc {

class SVC_API ClientFields {
 public:
  ClientFields() = default;
  ClientFields(std::initializer_list<HeaderField> fields);

  // Appends one. REQUIRES: neither is a view into this object.
  ClientFields& add(std::string_view name, std::string_view value);
  ClientFields& set(std::string_view name, std::string_view value);  // Replaces all of that name.
  size_t remove(std::string_view name);                              // All of that name; how many.
  void clear() noexcept;

  // The first field of that name. Views are valid until the object is changed or destroyed.
  std::optional<std::string_view> get(std::string_view name) const noexcept;
  bool has(std::string_view name) const noexcept { return get(name).has_value(); }
  size_t count(std::string_view name) const noexcept;
  // Whether a comma-separated field (Connection, Vary …), over all its lines, has this element;
  // without regard to case and to parameters after ';'.
  bool has_token(std::string_view name, std::string_view token) const noexcept;

  size_t size() const noexcept { return places_.size(); }
  bool empty() const noexcept { return places_.empty(); }
  HeaderField operator[](size_t index) const noexcept;

  class Iterator {
   public:
    HeaderField operator*() const noexcept { return (*fields_)[index_]; }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }

   private:
    friend class ClientFields;
    Iterator(const ClientFields& fields, size_t index) noexcept : fields_(&fields), index_(index) {}
    const ClientFields* fields_;
    size_t index_;
  };
  Iterator begin() const noexcept { return {*this, 0}; }
  Iterator end() const noexcept { return {*this, size()}; }

 private:
  struct Place {
    uint32_t name;
    uint32_t name_size;
    uint32_t value;
    uint32_t value_size;
  };
  std::string text_;
  std::vector<Place> places_;
};

}  // namespace svc
