// docs_below.mjs URL — the page of the service "below": its document stands in another folder.
import assert from "node:assert";

import { Browser } from "./browser.mjs";

const url = process.argv[2];
const browser = await Browser.open();
try {
  await browser.go(url + "/api/docs");
  await browser.until("document.querySelectorAll('.operation').length === 2");
  await browser.value("document.getElementById('get_sub_name').open = true");
  await browser.until("document.querySelector('#get_sub_name .send') !== null");
  await browser.value(`(() => { const at = document.getElementById('get_sub_name');
    at.querySelector('input[aria-label=name]').value = 'x'; at.querySelector('.send').click(); })()`);
  await browser.until("document.querySelector('#get_sub_name .answer') !== null");
  assert.equal(await browser.value("document.querySelector('#get_sub_name .answer').textContent"),
    "below x");
  assert.ok(browser.requests.includes(url + "/sub/x"), browser.requests.join("\n"));
  assert.deepEqual(browser.trouble, []);
} finally {
  await browser.close();
}
