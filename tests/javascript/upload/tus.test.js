// Uploads in pieces: every byte arrives once, whatever breaks, and the person can stop it.

import assert from "node:assert/strict";
import { File } from "node:buffer";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";
import { Cancelled, Refused, Transfer, Unreadable } from "../../../server/static/js/upload/tus.js";
import { fakeBrowser } from "../fakes/browser.js";
import { fakeTime, settle, until } from "../fakes/time.js";
import { FakeUploads, fakeUploads } from "../fakes/uploads.js";

const MIB = 1 << 20;
const BYTES = Buffer.from(Uint8Array.from({ length: 13 * MIB }, (_byte, index) => index % 251));
const DIGEST = createHash("sha256").update(BYTES).digest("hex");
const SLOW = { status: 503, headers: { "Retry-After": "7" } };

let browser;
let server;
let time;
let news;

beforeEach(() => {
  browser = fakeBrowser();
  time = fakeTime();
  server = new FakeUploads();
  fakeUploads(server);
  news = [];
});

function transfer() {
  return new Transfer({
    files: [new File([BYTES], "model.safetensors", { lastModified: 5 })],
    uploads: "/uploads",
    handIn: "/hand-in",
    token: "token",
    key: "key-of-attempt",
    tell: (one) => news.push(one),
  });
}

/** Run it to its end, letting time pass only where it waits. */
async function run(one = transfer()) {
  let ended = null;
  one.run().then(
    (answer) => {
      ended = { answer };
    },
    (error) => {
      ended = { error };
    },
  );
  while (!ended) {
    await settle();
    if (!ended && time.waiting()) await time.pass(time.next());
  }
  return ended;
}

test("a file goes in pieces, and is handed in by its id and digest", async () => {
  const { answer } = await run();
  assert.ok(server.received.equals(BYTES));
  assert.deepEqual(server.asked, [
    "POST /uploads",
    "PATCH /api/v1/uploads/one 0",
    `PATCH /api/v1/uploads/one ${4 * MIB}`,
    `PATCH /api/v1/uploads/one ${12 * MIB}`,
    "POST /hand-in",
  ]);
  assert.deepEqual(server.handedIn, { key: "key-of-attempt", uploads: [{ id: "one", sha256: DIGEST }] });
  assert.deepEqual(answer, { links: { html: "/submissions/7" } });
  assert.equal(browser.localStorage.kept.size, 0);
});

test("an upload is announced with its name and digest before its first byte", async () => {
  await run();
  const known = Buffer.from(DIGEST).toString("base64");
  const name = Buffer.from("model.safetensors").toString("base64");
  assert.equal(server.metadata, `filename ${name},sha256 ${known}`);
});

test("a break is told, and the piece goes again and smaller", async () => {
  server.troubles = [undefined, "cut", "cut"];
  await run();
  assert.ok(server.received.equals(BYTES));
  assert.ok(news.some((one) => one.pause));
  assert.deepEqual(server.asked.slice(1, 5), [
    "PATCH /api/v1/uploads/one 0",
    "PATCH /api/v1/uploads/one 0",
    "PATCH /api/v1/uploads/one 0",
    `PATCH /api/v1/uploads/one ${MIB}`,
  ]);
});

test("a server that has more or less than we believe says where to go on", async () => {
  const one = transfer();
  server.troubles = [undefined, { status: 409, json: { slug: "offset-mismatch", offset: 0 } }];
  await run(one);
  assert.ok(server.received.equals(BYTES));
});

test("an upload that was cleared away meanwhile begins anew", async () => {
  server.troubles = [undefined, { status: 404, json: { slug: "not-found" } }];
  await run();
  assert.ok(server.received.equals(BYTES));
  assert.equal(server.asked.filter((one) => one === "POST /uploads").length, 2);
});

test("after a reload the same file goes on where it stopped", async () => {
  const first = transfer();
  server.troubles = [undefined, undefined, "cut"];
  const broken = first.run();
  await until(() => news.some((one) => one.pause));
  first.abort();
  await assert.rejects(broken, Cancelled);
  const there = server.received.length;
  assert.ok(there > 0);
  server.troubles = [];
  server.asked = [];
  await run();
  assert.deepEqual(server.asked.slice(0, 2), [
    "GET /api/v1/uploads/one",
    `PATCH /api/v1/uploads/one ${there}`,
  ]);
  assert.ok(news.some((one) => one.resumed === there));
  assert.ok(server.received.equals(BYTES));
});

test("as long as the server asks, nothing is sent", async () => {
  server.troubles = [SLOW];
  const ended = transfer().run();
  await until(() => time.waiting() > 0);
  assert.equal(time.next(), 7000);
  assert.deepEqual(news.at(-1), { pause: 7000 });
  await time.pass(7000);
  await ended;
  assert.ok(server.received.equals(BYTES));
});

test("pauses grow up to half a minute", async () => {
  const one = transfer();
  const none = { header: () => null };
  const pauses = [];
  for (const failures of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    one.failures = failures;
    const rested = one.rest(none);
    pauses.push(time.next());
    await time.pass(30_000);
    await rested;
  }
  assert.deepEqual(pauses, [375, 750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500]);
});

test("without a network it says so, and goes on as soon as there is one", async () => {
  navigator.onLine = false;
  server.troubles = ["cut"];
  const ended = transfer().run();
  await until(() => time.waiting() > 0);
  assert.deepEqual(news.at(-1), { offline: true });
  navigator.onLine = true;
  browser.tell("online");
  await ended;
  assert.ok(server.received.equals(BYTES));
});

test("a refusal is thrown with its sentence, and what leads nowhere is forgotten", async () => {
  server.troubles = [undefined, { status: 409, json: { slug: "digest-mismatch", detail: "Not the same." } }];
  const { error } = await run();
  assert.ok(error instanceof Refused);
  assert.equal(error.answer.detail, "Not the same.");
  assert.equal(browser.localStorage.kept.size, 0);
});

test("a refusal that may pass leaves the upload for the next time", async () => {
  server.troubles = [undefined, { status: 403, json: { slug: "closed", detail: "Not open." } }];
  const { error } = await run();
  assert.equal(error.answer.slug, "closed");
  assert.equal(browser.localStorage.kept.size, 1);
});

test("cancelling ends a pause as well", async () => {
  server.troubles = ["cut"];
  const one = transfer();
  const ended = one.run();
  await until(() => time.waiting() > 0);
  one.abort();
  await assert.rejects(ended, Cancelled);
});

test("a file that can no longer be read is not tried for ever", async () => {
  const file = new File([BYTES], "gone.pt");
  file.slice = () => ({ slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) });
  const one = transfer();
  one.plan.files = [file];
  const { error } = await run(one);
  assert.ok(error instanceof Unreadable);
});
