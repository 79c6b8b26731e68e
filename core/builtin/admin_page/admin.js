"use strict";
// Asks for status.json and shows what has happened since it was asked before.
const EVERY_MS = 1000;
const KEPT = 300;  // Moments of the curve.
const WINDOW = 10; // Percentiles are of so many answers of ours.
const GOOD = ["ready"];
const BAD = ["crash_loop", "killing", "aborting", "gone"];

const at = (id) => document.getElementById(id);
const samples = [];  // {when, status, routes: Map}
const rates = [];

const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);
const keyOf = (route) => `${route.service} ${route.method} ${route.route}`;
const answered = (route) => sum(Object.values(route.answers));

function numberText(number) {
  return number >= 100 || Number.isInteger(number) ? Math.round(number).toLocaleString("en")
    : number.toFixed(number < 1 ? 2 : 1);
}
function timeText(seconds) {
  if (seconds === null) return "–";
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${(seconds * 1000).toPrecision(3)} ms`;
  return `${seconds.toPrecision(3)} s`;
}
function bytesText(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit + 1 < units.length; ++unit) bytes /= 1024;
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}
function spanText(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

// As core/board/latency.cc does.
function quantile(counts, bounds, share) {
  let wanted = sum(counts) * share;
  if (wanted <= 0) return null;
  let below = 0;
  for (let i = 0; i < bounds.length; ++i) {
    if (counts[i] > 0 && wanted <= counts[i]) return below + (bounds[i] - below) * wanted / counts[i];
    wanted -= counts[i];
    below = bounds[i];
  }
  return below;
}

// What a route has done between two samples; a counter that went back (another svcd) counts as new.
function since(route, before) {
  const past = before ? before.routes.get(keyOf(route)) : null;
  const counts = route.took.map((count, i) => count - (past ? past.took[i] : 0));
  const begun = past && counts.every((count) => count >= 0);
  const less = (now, then) => Math.max(0, now - (begun ? then : 0));
  return {
    took: begun || !past ? counts : route.took,
    answered: less(answered(route), past ? answered(past) : 0),
    errors: less(route.answers["5xx"] + route.failed, past ? past.answers["5xx"] + past.failed : 0),
  };
}
function together(changes, buckets) {
  const took = new Array(buckets).fill(0);
  for (const change of changes) change.took.forEach((count, i) => { took[i] += count; });
  return { took, answered: sum(changes.map((each) => each.answered)),
    errors: sum(changes.map((each) => each.errors)) };
}

function cell(text, kind, name = "td") {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  if (name === "th") element.scope = "row";
  return element;
}
function rows(id, lines) {
  at(id).replaceChildren(...lines.map((cells) => {
    const row = document.createElement("tr");
    row.append(...cells);
    return row;
  }));
}
const stateCell = (state) =>
  cell(state.replaceAll("_", " "), GOOD.includes(state) ? "good" : BAD.includes(state) ? "bad" : "middling");
// A worker that is silent, or a route that killed too many, says "ready" of itself until the end.
const workerState = (service, worker) =>
  worker.state === "ready" && (service.passed_by ?? []).includes(worker.index) ? "passed by" : worker.state;
const inQuarantine = (services, route) => services.some((service) => service.name === route.service &&
  service.quarantined.includes(`${route.method} ${route.route}`));

function draw() {
  const peak = Math.max(1, ...rates);
  const points = rates.map((rate, i) =>
    `${(300 - (rates.length - 1 - i) * 300 / (KEPT - 1)).toFixed(1)},${(58 - rate / peak * 54).toFixed(1)}`);
  at("line").setAttribute("d", points.length > 1 ? `M${points.join("L")}` : "");
  at("area").setAttribute("d", points.length > 1
    ? `M${points[0].split(",")[0]},60L${points.join("L")}L300,60Z` : "");
  at("peak").textContent = numberText(Math.max(0, ...rates));
}

function show(sample) {
  const { status } = sample;
  const last = samples.at(-2);
  const oldest = samples[0];
  const bounds = status.latency_bounds_s;
  const lately = (routes) => together(routes.map((route) =>
    samples.length > 1 ? since(route, oldest) : { took: route.took.map(() => 0), answered: 0, errors: 0 }),
    bounds.length + 1);
  const seconds = Math.max(0.001, (sample.when - oldest.when) / 1000);
  const step = last ? together(status.routes.map((route) => since(route, last)), bounds.length + 1) : null;
  if (step) rates.push(step.answered / Math.max(0.001, (sample.when - last.when) / 1000));
  if (rates.length > KEPT) rates.shift();

  const services = status.services || [];
  const workers = services.flatMap((service) => service.workers.map((worker) => ({ service, worker })));
  const all = lately(status.routes);
  at("name").textContent = status.name || "svcd";
  document.title = `${status.name || "svcd"} – svcd`;
  const old = status.facts_age_s > 10 ? `; the master has said nothing for ${spanText(status.facts_age_s)}` : "";
  at("about").textContent = services.length === 0 ? "The master has told nothing yet."
    : `svcd ${status.version}, pid ${status.pid}, ${status.state}, generation ${status.generation}, ` +
      `up ${spanText(status.uptime_s)}${old}`;
  const dropped = (status.log_lines_dropped ?? 0) +
    sum(services.map((service) =>
      (service.log_lines_dropped ?? 0) + (service.access_log_lines_dropped ?? 0)));
  at("dropped").hidden = dropped === 0;
  at("dropped").textContent = `${numberText(dropped)} lines of the logs could not be written.`;
  at("rate").textContent = numberText(all.answered / seconds);
  for (const [id, share] of [["p50", 0.5], ["p95", 0.95], ["p99", 0.99]])
    at(id).textContent = timeText(quantile(all.took, bounds, share));
  at("errors").textContent = numberText(all.errors);
  at("errors").className = all.errors > 0 ? "bad" : "";
  at("in_flight").textContent = sum(status.routes.map((route) => route.in_flight));
  const ready = workers.filter(({ worker }) => worker.state === "ready").length;
  at("ready").textContent = `${ready} of ${sum(services.map((service) => service.workers_wanted))}`;
  at("memory").textContent = bytesText(sum(workers.map(({ worker }) => worker.rss_bytes)));
  draw();

  rows("services", services.map((service) => {
    const own = lately(status.routes.filter((route) => route.service === service.name));
    return [cell(service.name, "", "th"), stateCell(service.state),
      cell(numberText(own.answered / seconds)),
      ...[0.5, 0.95, 0.99].map((share) => cell(timeText(quantile(own.took, bounds, share)))),
      cell(numberText(service.requests)),
      cell(service.restarts, service.restarts > 0 ? "middling" : ""), cell(service.recycled),
      cell(service.listen.join(", "))];
  }));
  rows("workers", workers.map(({ service, worker }) => [
    cell(`${service.name} ${worker.index}`, "", "th"), stateCell(workerState(service, worker)),
    cell(worker.pid), cell(worker.generation), cell(spanText(worker.uptime_s)), cell(numberText(worker.requests)),
    cell(worker.in_flight), cell(worker.connections), cell(bytesText(worker.rss_bytes))]));
  rows("routes", status.routes.map((route) => {
    const own = lately([route]);
    const name = `${route.service} ${route.method} ${route.route}`;
    return [inQuarantine(services, route) ? cell(`${name}, in quarantine`, "bad", "th") : cell(name, "", "th"),
      cell(numberText(own.answered / seconds)),
      ...[0.5, 0.99].map((share) => cell(timeText(quantile(own.took, bounds, share)))),
      ...["2xx", "3xx", "4xx"].map((code) => cell(numberText(route.answers[code]))),
      cell(numberText(route.answers["5xx"]), route.answers["5xx"] > 0 ? "bad" : ""),
      cell(numberText(route.failed), route.failed > 0 ? "middling" : "")];
  }));
  const deaths = services.flatMap((service) => service.deaths).sort((a, b) => b.at - a.at);
  at("deaths").replaceChildren(...(deaths.length > 0 ? deaths.map((death) => {
    const item = document.createElement("li");
    const when = document.createElement("time");
    when.dateTime = new Date(death.at * 1000).toISOString();
    when.textContent = new Date(death.at * 1000).toLocaleTimeString();
    item.append(when, ` ${death.text} (${death.reason.replaceAll("_", " ")})`);
    return item;
  }) : [cell("None since this master has started.", "", "li")]));
}

async function look() {
  try {
    const answer = await fetch("status.json", { cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const status = await answer.json();
    samples.push({ when: performance.now(), status,
      routes: new Map(status.routes.map((route) => [keyOf(route), route])) });
    if (samples.length > WINDOW) samples.shift();
    show(samples.at(-1));
  } catch (error) {
    at("about").textContent = `No answer: ${error.message}. Trying again.`;
  }
  setTimeout(look, EVERY_MS);
}
look();
