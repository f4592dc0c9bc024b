// Event streams: what they tell is read, and one that was refused is opened again.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keepStream, openStream } from "../../../server/static/js/lib/stream.js";
import { fakeStreams } from "../fakes/network.js";
import { fakeTime } from "../fakes/time.js";

let time;
let streams;

beforeEach(() => {
  time = fakeTime();
  streams = fakeStreams();
});

test("events are read as JSON, each by its name", () => {
  const heard = [];
  openStream("/events", {
    events: { state: (data) => heard.push(["state", data]), end: (data) => heard.push(["end", data]) },
  });
  streams[0].tell("state", { v: 1 });
  streams[0].tell("other", { v: 2 });
  streams[0].tell("end", null);
  assert.deepEqual(heard, [
    ["state", { v: 1 }],
    ["end", null],
  ]);
});

test("opening and each cut are told, and whether it is for good", () => {
  const told = [];
  openStream("/events", {
    events: {},
    opened: () => told.push("opened"),
    failed: (closed) => told.push(closed),
  });
  streams[0].open();
  streams[0].cut();
  streams[0].cut({ closed: true });
  assert.deepEqual(told, ["opened", false, true]);
});

test("a kept stream that is refused is opened anew after a pause", async () => {
  const heard = [];
  keepStream("/events", { events: { state: (data) => heard.push(data) } });
  streams[0].cut({ closed: true });
  await time.pass(1999);
  assert.equal(streams.length, 1);
  await time.pass(2001);
  assert.equal(streams.length, 2);
  assert.equal(streams[1].url, "/events");
  streams[1].tell("state", 7);
  assert.deepEqual(heard, [7]);
});

test("it is opened as often as it is refused", async () => {
  keepStream("/events", { events: {} });
  for (let times = 1; times <= 3; times += 1) {
    streams.at(-1).cut({ closed: true });
    await time.pass(4000);
    assert.equal(streams.length, times + 1);
  }
});

test("a kept stream that is only cut is left to the browser", async () => {
  const cuts = [];
  keepStream("/events", { events: {}, failed: (closed) => cuts.push(closed) });
  streams[0].cut();
  await time.pass(60_000);
  assert.equal(streams.length, 1);
  assert.deepEqual(cuts, [false]);
});
