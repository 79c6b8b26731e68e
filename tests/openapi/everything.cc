// everything.cc — a service with all that an OpenAPI document can say, for its validators.
#include <svc/svc.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace everything {

enum class Size { small, medium, large };
struct Dimensions {
  double width;
  double height;
};
struct Node {
  std::string name;
  std::vector<Node> children;
};
struct Item {
  svc::Text<1, 32> sku;
  svc::Default<svc::Int<1, 1000>, 1> qty;
  std::optional<std::string> note;
  std::optional<Dimensions> dimensions;
  svc::Default<Size, Size::medium> size;
  std::map<std::string, double> prices;
  std::array<int, 3> colour;
  svc::Json extra;
};
struct Filter {
  std::optional<std::string> q;
  svc::Default<svc::Int<1, 100>, 20> limit;
  std::vector<Size> sizes;
};
struct User {
  std::string name;
};
struct Profile {
  svc::Text<1, 64> name;
  std::optional<int> age;
  std::optional<svc::Upload> picture;
  std::vector<svc::Upload> papers;
};
// A caller that says by a header of its own who it is.
struct Machine {
  std::string key;
};
inline constexpr svc::SecurityScheme kApiKey{"api_key", "apiKey", "", "header", "X-Api-Key"};
struct LoginForm {
  std::string user;
  svc::Secret<std::string> password;
  std::vector<std::string> roles;
};
struct Sheet {
  std::string title;
  svc::Upload file;
};
struct Event {
  svc::Uuid id;
  std::chrono::sys_seconds at;
  std::chrono::year_month_day day;
  std::chrono::seconds length;
  svc::Email mail;
  svc::Url url;
  svc::Bytes bytes;
  svc::Number<svc::above(0), 1> share;
  std::array<int, 3> colour;
};
struct Account {
  std::string name;
  svc::Secret<std::string> password;
};
struct OutOfStock : std::exception {
  const char* what() const noexcept override { return "out of stock"; }
};

}  // namespace everything

template <>
struct svc::from<everything::User> {
  using credentials = svc::Bearer;
  static constexpr bool cached = true;
  static everything::User get(svc::Context& ctx) {
    const std::string token = ctx.get<svc::Bearer>().token;
    if (!svc::same_secret(token, "open-sesame")) throw svc::Problem(403, "an unknown token");
    return {"ali"};
  }
};

template <>
struct svc::from<everything::Machine> {
  static constexpr const svc::SecurityScheme* security = &everything::kApiKey;
  static everything::Machine get(svc::Context& ctx) {
    const auto key = ctx.request().header("X-Api-Key");
    if (!key) throw svc::Problem(401, "X-Api-Key is missing");
    return {std::string(*key)};
  }
};

namespace everything {

void add_items(svc::RouteGroup items) {
  items.tags({"items"});
  items.get("", [](svc::Query<Filter>) { return std::vector<Item>(); }).summary("Lists items");
  items
      .post("",
            [](Item in, svc::Header<"X-Request-Key", std::optional<std::string>>) {
              return svc::Created(in, "/v1/items/" + in.sku);
            })
      .name("make_item")
      .summary("Makes an item")
      .description("Twice the same key makes **one** item.")
      .request_example(
          Item{"a-1", 2, "blue", Dimensions{1, 2.5}, Size::small, {{"eur", 9.5}}, {}, {}})
      .throws(409, "There is such an item.");
  items.get("/{sku}", [](svc::Text<1, 32>) { return std::optional<Item>(); });
  items.put("/{number}", [](svc::Text<1, 32> sku, Item in) {
    if (sku == "none") throw OutOfStock();
    return in;
  });
  items.del("/{sku}", [](std::string) {}).deprecated();
}

void add_rest(svc::App& app) {
  app.get("/me", [](const User& user) { return user.name; }).tags({"users"});
  app.get("/maybe", [](std::optional<svc::Basic> who) { return who ? who->user : "nobody"; });
  app.post("/tree", [](Node in) { return in; });
  app.post("/raw", [](svc::Body body) { return body.size(); }).body_max(1 << 20);
  app.post("/stream", [](svc::BodyStream&, svc::Stream& out) { out.write("x"); })
      .answers(200, "What came.", "application/octet-stream");
  app.get("/slow/{n}", [](svc::Int<0, 10> n) { return n; })
      .offload()
      .deadline(std::chrono::minutes(2))
      .summary("Runs in the pool");
  app.post("/login", [](svc::Form<LoginForm> in) {
    std::string text = in->user + "/" + in->password.reveal();
    for (const std::string& role : in->roles) text += "/" + role;
    return text;
  });
  app.post("/sheets", [](svc::Form<Sheet> in) {
    return in->title + " " + in->file.filename + " " + std::string(in->file.content);
  });
  app.post("/events", [](Event in) { return in; });
  app.post("/accounts", [](Account in) { return in; });
  app.get("/who", [](svc::Basic who) { return who.user + "/" + who.password; });
  app.get("/picture", [] { return svc::Response(); })
      .answers<Item>(200, "The item.")
      .answers(200, "A picture of it.", "image/png");
  app.get("/old", [] { return svc::Redirect{"/me", 308}; });
  app.get("/hidden", [] {}).hidden();
  app.any("/files/{path...}", [](std::string path) { return path; });
  app.get("/cookie", [](svc::Cookie<"session", std::optional<std::string>>,
                        svc::Cookie<"theme", svc::Default<Size, Size::small>>) {});
  app.get("/headers", [](svc::Header<"X-Request-Id", svc::Uuid>, svc::Header<"X-Page", int>,
                         svc::Header<"X-Tag", std::vector<Size>>) {});
  app.get("/machine", [](const Machine& machine) { return machine.key; });
  app.get("/either", [](const Machine&, std::optional<svc::Bearer>) {});
  app.get("/late", [](svc::Context& ctx) { return ctx.worker().index; });
}

// What is no JSON in either direction.
void add_contents(svc::App& app) {
  app.post("/profile", [](svc::Form<Profile> in) { return in->name; }).summary("Takes a form");
  app.post("/photos", [](svc::Multipart& form) {
    int64_t parts = 0;
    while (form.next() != nullptr) ++parts;
    return parts;
  });
  app.get("/news", [](svc::Events& out) { out.send("one"); });
  app.post("/news", [](Filter, svc::Events& out) { out.send("two"); });
  app.get("/ticks", [](svc::Stream& out) { out.write("tick"); });
  app.get("/report", [] { return svc::File("/etc/hostname").download("report.txt"); });
  app.post("/report", [](Filter) { return svc::File("/etc/hostname"); });
}

void routes(svc::App& app) {
  app.openapi({.title = "Everything",
               .version = "1.0.0",
               .description = "All that a document can say.",
               .tags = {{"items", "What is sold"}, {"users"}}});
  app.use(svc::cors({.origins = {"https://shop.example"}, .credentials = true}))
      .use(svc::request_log())
      .use(svc::timing());
  app.on_exception<OutOfStock>([](const OutOfStock& e) { return svc::Problem(409, e.what()); });
  add_items(app.group("/v1").group("/items"));
  app.group("/private").use(svc::require<User>()).post("/note", [](std::vector<int> note) {
    return note.size();
  });
  app.mount("/admin", [](svc::App& admin) {
    admin.on_error([](const svc::Problem& p) { return svc::Response(p.status()).text("admin\n"); });
    admin.use(svc::require<svc::Basic>());
    admin.get("/state", [] { return std::string("fine"); });
  });
  add_rest(app);
  add_contents(app);
}

}  // namespace everything

SVC_SERVICE_VERSION(everything, "2.5", everything::routes)
