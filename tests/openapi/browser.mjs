// browser.mjs — Chromium without a window, driven through its DevTools pipe: no package is needed.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_MS = 60_000;
const CLOSE_MS = 10_000;

export class Browser {
  #waiting = new Map();
  #next = 1;
  #rest = "";
  requests = [];  // URLs of all that the page fetched.
  trouble = [];   // Exceptions, and what the page's policy refused.

  static async open() {
    const browser = new Browser();
    browser.profile = mkdtempSync(join(tmpdir(), "browser-"));
    browser.process = spawn("chromium", ["--headless", "--no-sandbox", "--disable-gpu",
      "--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-pipe",
      `--user-data-dir=${browser.profile}`, "about:blank"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    browser.process.on("error", (error) => browser.#fail(error));
    browser.process.on("exit", () => browser.#fail(new Error("the browser ended")));
    browser.process.stdio[3].on("error", () => {});
    browser.process.stdio[4].on("data", (data) => browser.#receive(data));
    const { targetId } = await browser.#send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.#send("Target.attachToTarget", { targetId, flatten: true });
    browser.session = sessionId;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await browser.command(domain + ".enable");
    return browser;
  }

  command(method, parameters = {}) { return this.#send(method, parameters, this.session); }

  go(url) { return this.command("Page.navigate", { url }); }

  // The value of a JavaScript expression in the page.
  async value(expression) {
    const answer = await this.command("Runtime.evaluate",
      { expression, returnByValue: true, awaitPromise: true });
    if (answer.exceptionDetails) throw new Error(expression + ": " + answer.exceptionDetails.text);
    return answer.result.value;
  }

  // Until `expression` is true, or a failure after a while.
  async until(expression) {
    const end = Date.now() + PATIENCE_MS;
    while (!(await this.value(expression).catch(() => false))) {
      if (Date.now() > end) throw new Error("never true: " + expression);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async close() {
    this.closing = true;
    const ended = new Promise((done) => this.process.once("exit", done));
    // Asked to go, it takes its other processes along; killed, they write into the profile on.
    this.#send("Browser.close").catch(() => {});
    const timer = setTimeout(() => this.process.kill("SIGKILL"), CLOSE_MS);
    await ended;
    clearTimeout(timer);
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 20 });
  }

  #send(method, params, sessionId) {
    const id = this.#next++;
    const sent = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(method + ": no answer")), PATIENCE_MS);
      this.#waiting.set(id, { resolve, reject, timer });
    });
    this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return sent;
  }

  #receive(data) {
    const messages = (this.#rest + data).split("\0");
    this.#rest = messages.pop();
    for (const text of messages) {
      const message = JSON.parse(text);
      const waiter = this.#waiting.get(message.id);
      if (waiter) {
        this.#waiting.delete(message.id);
        clearTimeout(waiter.timer);
        if (message.error) waiter.reject(new Error(message.error.message));
        else waiter.resolve(message.result);
      } else if (message.method === "Network.requestWillBeSent") {
        this.requests.push(message.params.request.url);
      } else if (message.method === "Runtime.exceptionThrown") {
        this.trouble.push(message.params.exceptionDetails.exception?.description || "exception");
      } else if (message.method === "Log.entryAdded" && message.params.entry.source === "security") {
        this.trouble.push(message.params.entry.text);
      }
    }
  }

  #fail(error) {
    if (this.closing) return;
    for (const { reject, timer } of this.#waiting.values()) { clearTimeout(timer); reject(error); }
    this.#waiting.clear();
  }
}
