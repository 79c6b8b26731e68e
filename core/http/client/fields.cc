#include "core/http/client/fields.h"

#include <algorithm>

#include "core/http/chars.h"

namespace svc {

ClientFields::ClientFields(std::initializer_list<HeaderField> fields) {
  for (const HeaderField& field : fields) add(field.name, field.value);
}

ClientFields& ClientFields::add(std::string_view name, std::string_view value) {
  const auto at = static_cast<uint32_t>(text_.size());
  const auto name_size = static_cast<uint32_t>(name.size());
  places_.push_back({at, name_size, at + name_size, static_cast<uint32_t>(value.size())});
  text_.append(name).append(value);
  return *this;
}

ClientFields& ClientFields::set(std::string_view name, std::string_view value) {
  const std::string kept_name(name);
  const std::string kept_value(value);
  remove(kept_name);
  return add(kept_name, kept_value);
}

// The text of what is removed stays until clear(): fields are few, and rarely replaced.
size_t ClientFields::remove(std::string_view name) {
  const std::string_view text = text_;
  return std::erase_if(places_, [&](const Place& place) {
    return iequals(text.substr(place.name, place.name_size), name);
  });
}

void ClientFields::clear() noexcept {
  text_.clear();
  places_.clear();
}

HeaderField ClientFields::operator[](size_t index) const noexcept {
  const Place& place = places_[index];
  const std::string_view text = text_;
  return {text.substr(place.name, place.name_size), text.substr(place.value, place.value_size)};
}

std::optional<std::string_view> ClientFields::get(std::string_view name) const noexcept {
  for (const HeaderField field : *this) {
    if (iequals(field.name, name)) return field.value;
  }
  return std::nullopt;
}

size_t ClientFields::count(std::string_view name) const noexcept {
  size_t found = 0;
  for (const HeaderField field : *this) found += iequals(field.name, name) ? 1 : 0;
  return found;
}

bool ClientFields::has_token(std::string_view name, std::string_view token) const noexcept {
  for (const HeaderField field : *this) {
    if (!iequals(field.name, name)) continue;
    const bool absent = each_element(field.value, [token](std::string_view element) {
      return !iequals(trim(element.substr(0, element.find(';'))), token);
    });
    if (!absent) return true;
  }
  return false;
}

}  // namespace svc
