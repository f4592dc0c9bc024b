// A phone follows its room: by stream, by asking when it is silent, and not at all once it is out.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fakeBrowser } from "../fakes/browser.js";
import { fakeFetch, fakeStreams, json } from "../fakes/network.js";
import { fakeTime, settle } from "../fakes/time.js";

const OUT = { slug: "kicked", title: "Sent out" };

let browser;
let time;
let streams;
let told;
let RoomFollower;

beforeEach(async () => {
  browser = fakeBrowser();
  time = fakeTime();
  streams = fakeStreams();
  told = { shown: [], out: [], links: [] };
  ({ RoomFollower } = await import("../../../server/static/js/live/snapshots.js"));
});

function follow() {
  const follower = new RoomFollower((what) => `/room/${what}`, {
    show: (snapshot) => told.shown.push(snapshot.v),
    out: (problem) => told.out.push(problem),
    link: (connected) => told.links.push(connected),
  });
  follower.start();
  return follower;
}

const snapshot = (v) => ({ now: Date.now(), v, phase: "lobby", me: {} });

test("snapshots come by the stream, and an older one that was overtaken is not shown", async () => {
  fakeFetch(() => json(snapshot(3)));
  follow();
  await settle();
  streams[0].open();
  streams[0].tell("state", snapshot(5));
  streams[0].tell("state", snapshot(4));
  assert.deepEqual(told.shown, [3, 5]);
});

test("while the stream speaks nobody asks", async () => {
  const asked = fakeFetch(() => json(snapshot(1)));
  follow();
  streams[0].open();
  for (let times = 0; times < 10; times += 1) {
    await time.pass(10_000);
    streams[0].tell("state", snapshot(2 + times));
  }
  assert.equal(asked.length, 1);
});

test("a silent stream is helped by asking, with what is known already", async () => {
  const asked = fakeFetch((_url, { headers }) =>
    headers["If-None-Match"] === '"1"'
      ? new Response(null, { status: 304 })
      : json(snapshot(1), { headers: { ETag: '"1"' } }),
  );
  follow();
  streams[0].open();
  await time.pass(35_000);
  assert.ok(asked.length > 1);
  assert.equal(asked[1].headers["If-None-Match"], '"1"');
  assert.deepEqual(told.shown, [1]);
});

test("a cut stream is told, and the room is asked until it is back", async () => {
  const asked = fakeFetch(() => json(snapshot(asked.length)));
  follow();
  await settle();
  streams[0].cut();
  assert.equal(told.links.at(-1), false);
  await time.pass(30_000);
  assert.ok(told.shown.length >= 5);
  assert.equal(told.links.at(-1), true);
});

test("a stream that was refused is opened anew while the server is away", async () => {
  fakeFetch(() => {
    throw new TypeError("no network");
  });
  follow();
  streams[0].cut({ closed: true });
  await time.pass(20_000);
  assert.equal(streams.length, 2);
});

test("who is out is told so once, and shown nothing more", async () => {
  fakeFetch(() => json(snapshot(1)));
  follow();
  await settle();
  streams[0].tell("out", OUT);
  streams[0].tell("state", snapshot(2));
  await time.pass(120_000);
  assert.deepEqual(told.out, [OUT]);
  assert.deepEqual(told.shown, [1]);
  assert.equal(time.waiting(), 0);
});

test("an answer that was on its way when the player was sent out is not shown", async () => {
  let answer;
  fakeFetch(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  follow();
  await settle();
  streams[0].tell("out", OUT);
  const links = told.links.length;
  answer(json(snapshot(9)));
  await time.pass(120_000);
  assert.deepEqual(told.shown, []);
  assert.equal(told.links.length, links);
});

test("a refusal by the room is being out; a server that is away is not", async () => {
  let status = 503;
  fakeFetch(() => json(OUT, { status }));
  follow();
  await time.pass(10_000);
  assert.deepEqual(told.out, []);
  status = 429;
  await time.pass(10_000);
  assert.deepEqual(told.out, []);
  status = 401;
  await time.pass(10_000);
  assert.deepEqual(told.out, [OUT]);
});

test("a phone that wakes asks at once, and opens its stream again", async () => {
  const asked = fakeFetch(() => json(snapshot(1)));
  follow();
  await settle();
  browser.page.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.equal(asked.length, 2);
  assert.equal(streams.length, 2);
  browser.tell("online");
  await settle();
  assert.equal(asked.length, 3);
});

test("who stopped following hears of no waking any more", async () => {
  const asked = fakeFetch(() => json(snapshot(1)));
  follow().stop();
  await settle();
  browser.page.dispatchEvent(new Event("visibilitychange"));
  browser.tell("online");
  await time.pass(120_000);
  assert.equal(asked.length, 1);
  assert.equal(streams.length, 1);
  assert.deepEqual(told.shown, []);
});
