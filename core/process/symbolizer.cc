#include "core/process/symbolizer.h"

#include "core/process/last_words.h"

namespace svc {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1))
    lines.emplace_back(text.substr(0, end));
  return lines;
}

}  // namespace

void Symbolizer::ask(Request request) {
  if (waiting_.size() >= kWaitingMax) {
    auto frames = request.frames;
    return request.on_done(std::move(frames));
  }
  waiting_.push_back(std::move(request));
  start_next();
}

void Symbolizer::start_next() {
  while (running_.size() < kAtOnce && !waiting_.empty()) {
    running_.push_back({std::move(waiting_.front()), nullptr});
    waiting_.pop_front();
    const auto job = std::prev(running_.end());
    HelperOrder order;
    order.name = "symbols";
    order.time_max = kTimeMax;
    order.answer_max = (kFramesMax + 1) * (kSymbolLineMax + 1);
    order.credentials = job->request.credentials;
    order.keep = {job->request.module.descriptor};
    order.partial = true;
    order.body = [this, &request = job->request](HelperAnswer& answer) {
      if (wipe_) wipe_();
      resolve_frames(request.frames, request.module,
                     [&](std::string_view line) { answer.add(std::string(line) + '\n'); });
    };
    order.on_answer = [this, job](Result<std::string> answer) { finish(job, std::move(answer)); };
    auto helper = Helper::start(loop_, children_, std::move(order));
    if (helper)
      job->helper = std::move(*helper);
    else
      finish(job, helper.error());
  }
}

void Symbolizer::finish(std::list<Job>::iterator job, Result<std::string> answer) {
  const Request request = std::move(job->request);
  std::list<Job> done;  // The helper that calls us is destroyed at the very end.
  done.splice(done.end(), running_, job);
  std::vector<std::string> lines = request.frames;  // Raw where the helper didn't get to.
  if (answer) {
    size_t i = 0;
    for (std::string& line : split(*answer))
      if (i < lines.size()) lines[i++] = std::move(line);
  }
  request.on_done(std::move(lines));
  start_next();
}

}  // namespace svc
