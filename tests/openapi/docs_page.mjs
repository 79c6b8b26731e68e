// docs_page.mjs URL — the /docs of the service "everything", as somebody in a browser sees it.
import assert from "node:assert";

import { Browser } from "./browser.mjs";

const url = process.argv[2];
const browser = await Browser.open();
try {
  await browser.go(url + "/docs");
  await browser.until("document.querySelectorAll('.operation').length > 15");
  assert.equal(await browser.value("document.title"), "Everything");
  assert.equal(await browser.value("document.querySelector('main h2').textContent"), "items");

  // What an operation says.
  await browser.value("document.getElementById('make_item').open = true");
  await browser.until("document.querySelector('#make_item .send') !== null");
  const text = await browser.value("document.getElementById('make_item').innerText");
  for (const part of ["Makes an item", "Twice the same key", "X-Request-Key", "sku", "409", "422"]) {
    assert.ok(text.includes(part), part + " in: " + text);
  }

  // Try it out: with a parameter in the path …
  await browser.value("document.getElementById('get_slow_n').open = true");
  await browser.until("document.querySelector('#get_slow_n .send') !== null");
  await browser.value(`(() => { const at = document.getElementById('get_slow_n');
    at.querySelector('input[aria-label=n]').value = '7'; at.querySelector('.send').click(); })()`);
  await browser.until("document.querySelector('#get_slow_n .answer') !== null");
  assert.equal(await browser.value("document.querySelector('#get_slow_n .answer').textContent"), "7");

  // … and with the example as the body.
  await browser.value("document.querySelector('#make_item .send').click()");
  await browser.until("document.querySelector('#make_item .answer') !== null");
  const made = await browser.value("document.querySelector('#make_item .result').innerText");
  assert.ok(made.includes("201"), made);
  assert.ok(made.includes("/v1/items/a-1"), made);

  // Credentials are asked for, and sent.
  await browser.value("document.getElementById('get_me').open = true");
  await browser.until("document.querySelector('#get_me .send') !== null");
  await browser.value(`(() => { const at = document.getElementById('get_me');
    at.querySelector('input[aria-label=token]').value = 'open-sesame';
    at.querySelector('.send').click(); })()`);
  await browser.until("document.querySelector('#get_me .answer') !== null");
  assert.equal(await browser.value("document.querySelector('#get_me .answer').textContent"), "ali");

  // Opens an operation, runs `fill` with it as `at`, sends; what is answered then.
  async function send(id, fill) {
    await browser.value(`document.getElementById('${id}').open = true`);
    await browser.until(`document.querySelector('#${id} .send') !== null`);
    await browser.value(`(() => { const at = document.getElementById('${id}'); ${fill};
      at.querySelector('.send').click(); })()`);
    await browser.until(`document.querySelector('#${id} .answer') !== null`);
    return browser.value(`document.querySelector('#${id} .answer').textContent`);
  }
  const set = (label, value) => `at.querySelector('input[aria-label=${label}]').value = '${value}'`;
  assert.equal(await send("get_who", set("user", "änn") + ";" + set("password", "a:b")), "änn/a:b");

  // Forms, in the encoding that can hold them.
  assert.equal(await send("post_login", [set("user", "a&b"), set("password", "ü +"),
    set("roles", "x,y")].join(";")), "a&b/ü +/x/y");
  assert.equal(await send("post_sheets", set("title", "T") + `; const files = new DataTransfer();
    files.items.add(new File(['x;y'], 'a.csv'));
    at.querySelector('input[aria-label=file]').files = files.files`), "T a.csv x;y");

  // What the page begins with is what the service takes.
  const event = await send("post_events", "");
  assert.ok(JSON.parse(event).id, event);

  // The filter hides the others.
  await browser.value(`(() => { const filter = document.getElementById('filter');
    filter.value = 'cookie'; filter.dispatchEvent(new Event('input')); })()`);
  assert.equal(await browser.value("document.querySelectorAll('.operation:not([hidden])').length"), 1);

  assert.deepEqual(browser.trouble, []);
  const foreign = browser.requests.filter((each) => !each.startsWith(url) && !/^(data|about):/.test(each));
  assert.deepEqual(foreign, []);
  console.log(`${browser.requests.length} requests, all to ${url}`);
} finally {
  await browser.close();
}
