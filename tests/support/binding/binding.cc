// binding.cc — a service for tests of what handlers take and return: files, forms, uploads, events,
// and requests that wait.
#include <svc/svc.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using std::chrono::milliseconds;

struct Settings {
  std::string directory;
};

struct Profile {
  std::string name;
  svc::Int<0, 150> age;
  std::optional<svc::Upload> photo;
};

struct Saved {
  std::string name;
  std::uint64_t size;
};

struct Pace {
  svc::Default<svc::Int<1, 60'000>, 20> every_ms;
};

std::vector<Saved> save_all(svc::Multipart& form, const std::string& directory) {
  std::vector<Saved> saved;
  while (svc::Part* const part = form.next()) {
    const std::string name = "upload-" + std::to_string(saved.size());
    saved.push_back({part->filename().value_or(""), part->save(directory + "/" + name)});
  }
  return saved;
}

void count_events(svc::Events& out, milliseconds every) {
  const std::string last = out.last_event_id();
  for (int n = last.empty() ? 0 : std::stoi(last) + 1;; ++n) {
    out.send("generation " + std::to_string(svc::worker().generation), {.id = std::to_string(n)});
    svc::sleep_for(every);
  }
}

void routes(svc::App& app) {
  const std::string directory = app.options().as<Settings>().directory;
  app.get("/files/{name...}",
          [=](std::string name) { return svc::File::below(directory, std::move(name)); });
  app.get("/download",
          [=] { return svc::File(directory + "/data").download("d\xc3\xa4ta \"1\".bin"); });
  app.post("/profile", [](svc::Form<Profile> in) {
    return in->name + " " + std::to_string(in->age) + " " +
           (in->photo ? in->photo->filename + ":" + in->photo->content : "-");
  });
  app.post("/uploads", [=](svc::Multipart& form) { return save_all(form, directory); })
      .body_max(64 << 20);
  app.get("/events", [](svc::Events& out, svc::Query<Pace> pace) {
    count_events(out, milliseconds(pace->every_ms));
  });
  app.get("/quiet", [](svc::Events& out) {
    out.heartbeat(milliseconds(50)).open();
    svc::sleep_for(std::chrono::hours(1));
  });
  app.get("/late", [] { svc::sleep_for(std::chrono::hours(1)); });  // Ended by its deadline.
  app.get("/sleep", [] { svc::sleep_for(std::chrono::hours(1)); }).deadline(std::chrono::hours(1));
}

}  // namespace

SVC_SERVICE(binding, routes)
