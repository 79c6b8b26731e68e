// dashboard.mjs URL FOLDER — the page of builtin = "admin" as somebody in a browser sees it; what
// it looks like goes to FOLDER/dashboard-{light,dark,phone}.png.
import assert from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { Browser } from "../openapi/browser.mjs";

const [, , url, folder] = process.argv;
const browser = await Browser.open();
const text = (id) => browser.value(`document.getElementById("${id}").innerText`);
const colours = () => browser.value("getComputedStyle(document.body).backgroundColor");
async function picture(name) {
  const { data } = await browser.command("Page.captureScreenshot",
    { format: "png", captureBeyondViewport: true });
  writeFileSync(join(folder, `dashboard-${name}.png`), Buffer.from(data, "base64"));
}
const scheme = (value) => browser.command("Emulation.setEmulatedMedia",
  { features: [{ name: "prefers-color-scheme", value }] });
const size = (width, height, mobile = false) => browser.command(
  "Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile });
try {
  await scheme("light");
  await size(1200, 900);
  await browser.go(url + "/");
  // Live: rates and percentiles come with the second look, and go on.
  await browser.until("parseFloat(document.getElementById('rate').innerText) > 1");
  await browser.until("/(µs|ms|s)$/.test(document.getElementById('p99').innerText)");
  await browser.until("document.getElementById('line').getAttribute('d').split('L').length > 3");
  await browser.until("document.querySelectorAll('#deaths time').length === 1");
  await browser.until("document.getElementById('ready').innerText === '3 of 3'");
  assert.match(await text("about"), /^svcd .*ready, generation 1/);
  await browser.until("/^[1-9].* lines of the logs could not be written/.test(document.getElementById('dropped').innerText)");
  assert.match(await text("memory"), /MiB/);
  const workers = await text("workers");
  for (const part of ["admin 0", "one 0", "one 1", "ready", "MiB"])
    assert.ok(workers.includes(part), part + " in: " + workers);
  assert.match(workers, /one 1\s+passed by/);
  assert.match(await text("services"), /one\s+ready/);
  assert.match(await text("routes"), /one GET \/pid/);
  assert.match(await text("deaths"), /SIGKILL/);
  await picture("light");

  const light = await colours();
  await scheme("dark");
  assert.notEqual(await colours(), light);
  await picture("dark");

  // On a phone the tables scroll, the page doesn't.
  await size(390, 844, true);
  await browser.until("document.documentElement.scrollWidth <= 390");
  await picture("phone");

  // Somebody who can't see it: names and headings.
  assert.equal(await browser.value("document.documentElement.lang"), "en");
  assert.equal(await browser.value(
    "document.querySelectorAll('th:not([scope])').length"), 0);
  assert.equal(await browser.value("document.querySelectorAll('h1').length"), 1);

  assert.deepEqual(browser.trouble, []);
  const foreign = browser.requests.filter((each) => !each.startsWith(url) && !/^(data|about):/.test(each));
  assert.deepEqual(foreign, []);
  console.log(`${browser.requests.length} requests, all to ${url}`);
} finally {
  await browser.close();
}
