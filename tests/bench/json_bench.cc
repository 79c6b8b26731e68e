// json_bench.cc — an order of 237 bytes: parsed, checked and put into structs, and written again,
// by the SDK, by nlohmann and by Boost.JSON in the same run.
//
// Bounds (an idle machine, preset release): svc_parse ≤ 1.0 µs, svc_write ≤ 0.6 µs, both at least
// five times faster than nlohmann. All three check the same things; nlohmann and Boost in the way
// that their manuals show, the checks written by hand behind it.
#include <benchmark/benchmark.h>

#include <boost/json.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/base/check.h"
#include "core/sdk/json/json.h"

namespace {

struct Item {
  svc::Text<1, 32> sku;
  svc::Int<1, 1000> qty;
  double price;
};
struct Order {
  int64_t id;
  svc::Text<1, 64> customer;
  svc::Text<3, 254> email;
  std::vector<Item> items;
  std::optional<std::string> note;
  bool express;
};

constexpr std::string_view kOrder =
    R"({"id":918273645,"customer":"Ann Example","email":"ann@example.com","items":[)"
    R"({"sku":"AX-1001","qty":2,"price":19.95},{"sku":"BR-77","qty":12,"price":3.5},)"
    R"({"sku":"CZ-340","qty":1,"price":249.0}],"note":"ring twice and wait","express":true})";
static_assert(kOrder.size() == 237);

void require(bool right) {
  if (!right) throw std::invalid_argument("out of bounds");
}
void check_length(const std::string& text, size_t min, size_t max) {
  require(text.size() >= min && text.size() <= max);
}

Order read_svc() {
  Order order{};
  svc::Issues issues;
  const auto read = svc::from_json(kOrder, order, issues);
  SVC_CHECK(read && issues.empty());
  return order;
}

Order read_nlohmann() {
  const auto json = nlohmann::json::parse(kOrder);
  Order order{};
  order.id = json.at("id").get<int64_t>();
  order.customer = json.at("customer").get<std::string>();
  check_length(order.customer, 1, 64);
  order.email = json.at("email").get<std::string>();
  check_length(order.email, 3, 254);
  for (const auto& from : json.at("items")) {
    Item& item = order.items.emplace_back();
    item.sku = from.at("sku").get<std::string>();
    check_length(item.sku, 1, 32);
    item.qty = from.at("qty").get<int64_t>();
    require(item.qty >= 1 && item.qty <= 1000);
    item.price = from.at("price").get<double>();
  }
  if (const auto note = json.find("note"); note != json.end())
    order.note = note->get<std::string>();
  order.express = json.at("express").get<bool>();
  return order;
}

Order read_boost() {
  const boost::json::value root = boost::json::parse(kOrder);
  const boost::json::object& json = root.as_object();
  const auto text = [](const boost::json::value& value) {
    return boost::json::value_to<std::string>(value);
  };
  Order order{};
  order.id = json.at("id").to_number<int64_t>();
  order.customer = text(json.at("customer"));
  check_length(order.customer, 1, 64);
  order.email = text(json.at("email"));
  check_length(order.email, 3, 254);
  for (const auto& from : json.at("items").as_array()) {
    Item& item = order.items.emplace_back();
    item.sku = text(from.at("sku"));
    check_length(item.sku, 1, 32);
    item.qty = from.at("qty").to_number<int64_t>();
    require(item.qty >= 1 && item.qty <= 1000);
    item.price = from.at("price").to_number<double>();
  }
  if (const auto* note = json.if_contains("note")) order.note = text(*note);
  order.express = json.at("express").as_bool();
  return order;
}

std::string write_nlohmann(const Order& order) {
  nlohmann::json json = {{"id", order.id},
                         {"customer", static_cast<const std::string&>(order.customer)},
                         {"email", static_cast<const std::string&>(order.email)},
                         {"express", order.express}};
  auto& items = json["items"] = nlohmann::json::array();
  for (const Item& item : order.items) {
    items.push_back({{"sku", static_cast<const std::string&>(item.sku)},
                     {"qty", item.qty.value()},
                     {"price", item.price}});
  }
  json["note"] = order.note ? nlohmann::json(*order.note) : nlohmann::json();
  return json.dump();
}

std::string write_boost(const Order& order) {
  boost::json::array items;
  for (const Item& item : order.items) {
    items.push_back({{"sku", static_cast<const std::string&>(item.sku)},
                     {"qty", item.qty.value()},
                     {"price", item.price}});
  }
  const boost::json::object json = {
      {"id", order.id},
      {"customer", static_cast<const std::string&>(order.customer)},
      {"email", static_cast<const std::string&>(order.email)},
      {"items", std::move(items)},
      {"note", order.note ? boost::json::value(*order.note) : boost::json::value()},
      {"express", order.express}};
  return boost::json::serialize(json);
}

template <Order (*Read)()>
void parse(benchmark::State& state) {
  SVC_CHECK(Read().items.size() == 3 && Read().items[2].price == 249.0);
  for (auto _ : state) {
    Order order = Read();
    benchmark::DoNotOptimize(order);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kOrder.size()));
}
template <std::string (*Write)(const Order&)>
void write(benchmark::State& state) {
  const Order order = read_svc();
  for (auto _ : state) {
    std::string text = Write(order);
    benchmark::DoNotOptimize(text);
  }
}
std::string write_svc(const Order& order) { return svc::to_json(order); }

BENCHMARK(parse<read_svc>)->Name("svc_parse");
BENCHMARK(parse<read_nlohmann>)->Name("nlohmann_parse");
BENCHMARK(parse<read_boost>)->Name("boost_parse");
BENCHMARK(write<write_svc>)->Name("svc_write");
BENCHMARK(write<write_nlohmann>)->Name("nlohmann_write");
BENCHMARK(write<write_boost>)->Name("boost_write");

}  // namespace
