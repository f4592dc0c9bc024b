// The server's clock on a page: it starts with the page, goes on by itself, and is asked again after a sleep.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeElement, fakeBrowser } from "../fakes/browser.js";
import { fakeFetch } from "../fakes/network.js";
import { fakeTime, settle } from "../fakes/time.js";

const TOLD = Date.UTC(2030, 0, 1);
const SLEPT_MS = 3_600_000;

let page;
let time;
let fresh = 0;

beforeEach(() => {
  ({ page } = fakeBrowser());
  time = fakeTime();
  const mark = new FakeElement("time");
  mark.dataset.serverNow = TOLD;
  page.documentElement.append(mark);
});

function load() {
  fresh += 1;
  return import(`../../../server/static/js/lib/page_clock.js?fresh=${fresh}`);
}

/** The server's answer, one hour and a second after the page was asked for. */
function later() {
  return new Response("", { headers: { Date: new Date(TOLD + SLEPT_MS).toUTCString() } });
}

test("the page says what time it is, and the time goes on", async () => {
  const { serverNow } = await load();
  assert.equal(serverNow(), TOLD);
  await time.pass(1500);
  assert.equal(serverNow(), TOLD + 1500);
});

test("our own clock does not matter, however it is set", async () => {
  const { serverNow } = await load();
  globalThis.Date.now = () => 0;
  assert.equal(serverNow(), TOLD);
});

test("nobody is asked while the machine was awake", async () => {
  const { recheck } = await load();
  const asked = fakeFetch(later);
  await time.pass(60_000);
  await recheck();
  assert.equal(asked.length, 0);
});

test("after a sleep the server is asked, as soon as the page is seen", async () => {
  const { serverNow } = await load();
  fakeFetch(later);
  time.sleep(SLEPT_MS);
  assert.equal(serverNow(), TOLD, "the clock stood still");
  page.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(serverNow(), TOLD + SLEPT_MS + 999);
});

test("a server that was away after a sleep is asked again", async () => {
  const { recheck, serverNow } = await load();
  fakeFetch(() => {
    throw new TypeError("no network");
  });
  time.sleep(SLEPT_MS);
  await assert.rejects(recheck());
  fakeFetch(later);
  await recheck();
  assert.equal(serverNow(), TOLD + SLEPT_MS + 999);
});
