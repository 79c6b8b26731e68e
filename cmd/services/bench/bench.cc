// bench.cc — what benchmarks of HTTP servers ask for: a text, a small JSON object, an order that is
// read, checked and answered, an echo.
#include <svc/svc.h>

namespace {

struct Message {
  std::string message;
};

struct Item {
  svc::Text<1, 32> sku;
  svc::Int<1, 1000> qty;
  double price;
};
struct Order {
  std::int64_t id;
  svc::Text<1, 64> customer;
  svc::Text<3, 254> email;
  std::vector<Item> items;
  std::optional<std::string> note;
  bool express;
};
struct Receipt {
  std::int64_t id;
  std::int64_t pieces;
  double total;
};

Receipt take_order(Order order) {
  Receipt receipt{.id = order.id, .pieces = 0, .total = 0};
  for (const Item& item : order.items) {
    receipt.pieces += item.qty;
    receipt.total += static_cast<double>(item.qty) * item.price;
  }
  return receipt;
}

void routes(svc::App& app) {
  app.get("/plaintext", [] { return std::string("Hello, World!"); });
  app.get("/json", [] { return Message{"Hello, World!"}; });
  app.post("/orders", take_order);
  app.post("/echo", [](svc::Body body) { return svc::Response().body(body.str()); });
}

}  // namespace

SVC_SERVICE(bench, routes)
