// Answers of a phone: none is lost, none is sent twice by itself, and what the server says is told.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fakeBrowser } from "../fakes/browser.js";
import { fakeFetch, json } from "../fakes/network.js";
import { fakeTime, settle } from "../fakes/time.js";

const ANSWER = { answer: 2, n: 1, elapsed_ms: 900 };

let browser;
let time;
let told;
let Outbox;

beforeEach(async () => {
  browser = fakeBrowser();
  time = fakeTime();
  told = [];
  ({ Outbox } = await import("../../../server/static/js/live/outbox.js"));
});

const outbox = () => new Outbox("/api/v1/live/123456", "123456", "token", (fate) => told.push(fate));
const statuses = () => told.map((fate) => fate.status);

test("an answer goes out with its token and is told as saved", async () => {
  const asked = fakeFetch(() => json({ saved: true }));
  outbox().put("relu.1", ANSWER);
  await settle();
  assert.equal(asked[0].url, "/api/v1/live/123456/answers/relu.1");
  assert.equal(asked[0].method, "PUT");
  assert.equal(asked[0].headers["X-CSRFToken"], "token");
  assert.deepEqual(JSON.parse(asked[0].value), { ...ANSWER, round_trip_ms: 0 });
  assert.deepEqual(statuses(), ["sending", "saved"]);
});

test("an answer waits while there is no network, and goes out by itself", async () => {
  let up = false;
  const asked = fakeFetch(() => {
    if (!up) throw new TypeError("no network");
    return json({ saved: true });
  });
  const box = outbox();
  box.put("relu.1", ANSWER);
  await settle();
  assert.deepEqual(statuses(), ["sending", "kept"]);
  assert.deepEqual(box.peek("relu.1"), ANSWER);
  up = true;
  await time.pass(5000);
  assert.deepEqual(statuses(), ["sending", "kept", "sending", "saved"]);
  assert.equal(box.peek("relu.1"), undefined);
  assert.equal(asked.length, 2);
});

test("pauses grow while the server is away, up to five seconds", async () => {
  fakeFetch(() => new Response("", { status: 503 }));
  outbox().put("relu.1", ANSWER);
  await settle();
  const pauses = [];
  for (let tries = 0; tries < 6; tries += 1) {
    pauses.push(time.next());
    await time.pass(time.next());
  }
  assert.deepEqual(pauses, [400, 800, 1600, 3200, 5000, 5000]);
});

test("a reload finds what waits and sends it", async () => {
  fakeFetch(() => {
    throw new TypeError("no network");
  });
  outbox().put("relu.1", ANSWER);
  await settle();
  const asked = fakeFetch(() => json({ saved: true }));
  outbox().flush();
  await settle();
  assert.equal(JSON.parse(asked[0].value).answer, ANSWER.answer);
});

test("a newer answer to the same round takes the place of one that waits", async () => {
  fakeFetch(() => {
    throw new TypeError("no network");
  });
  const box = outbox();
  box.put("relu.1", ANSWER);
  await settle();
  box.put("relu.1", { ...ANSWER, answer: 3, n: 2 });
  const asked = fakeFetch(() => json({ saved: true }));
  await time.pass(5000);
  assert.deepEqual(
    asked.map((one) => JSON.parse(one.value).answer),
    [3],
  );
});

test("a newer answer that came while the older one was on its way is sent too", async () => {
  const answers = [];
  const asked = fakeFetch(() => new Promise((resolve) => answers.push(resolve)));
  const box = outbox();
  box.put("relu.1", ANSWER);
  await settle();
  box.put("relu.1", { ...ANSWER, answer: 3, n: 2 });
  answers[0](json({ saved: true }));
  await settle();
  answers[1](json({ saved: true }));
  await settle();
  assert.deepEqual(
    asked.map((one) => JSON.parse(one.value).n),
    [1, 2],
  );
  assert.equal(box.peek("relu.1"), undefined);
});

test("what is refused for good is told and not tried again", async () => {
  for (const status of [401, 403, 404, 409, 422]) {
    told = [];
    fakeFetch(() => json({ title: "Too late", slug: "round-over" }, { status }));
    outbox().put("relu.1", ANSWER);
    await settle();
    assert.deepEqual(told.at(-1), {
      round: "relu.1",
      status: "refused",
      problem: { title: "Too late", slug: "round-over" },
    });
    assert.equal(time.waiting(), 0);
  }
});

test("an answer of another device is told as such", async () => {
  fakeFetch(() => json({ saved: false }));
  outbox().put("relu.1", ANSWER);
  await settle();
  assert.deepEqual(statuses(), ["sending", "other"]);
});

test("an answer that breaks off is tried again", async () => {
  let tries = 0;
  fakeFetch(() => {
    tries += 1;
    return tries === 1 ? new Response('{"sav') : json({ saved: true });
  });
  outbox().put("relu.1", ANSWER);
  await time.pass(1000);
  assert.deepEqual(statuses(), ["sending", "kept", "sending", "saved"]);
});

test("an expired token renews the page once, and only where answers outlive it", async () => {
  fakeFetch(() => json({}, { status: 400 }));
  browser.sessionStorage.forbidden = true;
  outbox().put("relu.1", ANSWER);
  await time.pass(3000);
  assert.equal(browser.location.reloads, 0);
  browser.sessionStorage.forbidden = false;
  await time.pass(20_000);
  assert.equal(browser.location.reloads, 1);
});

test("without storage answers wait in memory", async () => {
  browser.localStorage.forbidden = true;
  let up = false;
  fakeFetch(() => {
    if (!up) throw new TypeError("no network");
    return json({ saved: true });
  });
  const box = outbox();
  box.put("relu.1", ANSWER);
  await settle();
  assert.deepEqual(box.peek("relu.1"), ANSWER);
  up = true;
  await time.pass(5000);
  assert.equal(told.at(-1).status, "saved");
});
