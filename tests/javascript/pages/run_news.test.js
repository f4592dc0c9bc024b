// Watching a submission: by stream, by asking when it is cut, each event once, and the end once.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { RunNews } from "../../../server/static/js/pages/run_news.js";
import { fakeBrowser } from "../fakes/browser.js";
import { fakeFetch, fakeStreams, json } from "../fakes/network.js";
import { fakeTime, settle } from "../fakes/time.js";

const RUNNING = { state: "running", attempt: 1, position: null, expected_finish: null };
const DONE = { ...RUNNING, state: "done" };

let time;
let streams;
let told;

beforeEach(() => {
  fakeBrowser();
  time = fakeTime();
  streams = fakeStreams();
  told = { states: [], events: [], ends: [], links: [] };
  const news = new RunNews("/events", {
    state: (state) => told.states.push(state.state),
    event: ({ id, kind }) => told.events.push([id, kind]),
    end: (state) => told.ends.push(state.state),
    link: (link) => told.links.push(link),
  });
  news.listen();
});

const event = (id, kind = "log") => ({ id, kind, text: "", values: {} });

test("the stream tells states and events until the end, which closes it", () => {
  const [stream] = streams;
  stream.tell("state", RUNNING);
  stream.tell("phase", event(1, "phase"));
  stream.tell("point", event(2, "point"));
  stream.tell("end", DONE);
  assert.deepEqual(told.states, ["running"]);
  assert.deepEqual(told.events, [
    [1, "phase"],
    [2, "point"],
  ]);
  assert.deepEqual(told.ends, ["done"]);
  assert.equal(stream.readyState, EventSource.CLOSED);
});

test("what a stream repeats after a cut is heard once", () => {
  const [stream] = streams;
  stream.tell("log", event(1));
  stream.cut();
  stream.tell("log", event(1));
  stream.tell("log", event(2));
  assert.deepEqual(told.events, [
    [1, "log"],
    [2, "log"],
  ]);
});

test("a stream that is cut three times without a word is given up for asking", async () => {
  const asked = fakeFetch(() => json({ submission: RUNNING, events: [], next: null }));
  const [stream] = streams;
  stream.tell("log", event(4));
  for (let times = 0; times < 3; times += 1) stream.cut();
  await time.pass(5000);
  assert.deepEqual(
    asked.map((one) => one.url),
    ["/events?after=4", "/events?after=4", "/events?after=4"],
  );
  assert.equal(told.links.at(-1), "polling");
});

test("a word of the stream forgives earlier cuts", async () => {
  const asked = fakeFetch(() => json({ submission: RUNNING, events: [], next: null }));
  const [stream] = streams;
  for (let times = 0; times < 6; times += 1) {
    stream.cut();
    stream.cut();
    stream.tell("state", RUNNING);
  }
  await settle();
  assert.equal(asked.length, 0);
});

test("asking goes on behind the last event, and ends when nothing more comes", async () => {
  const answers = [
    { submission: DONE, events: [event(1), event(2)], next: 2 },
    { submission: DONE, events: [], next: 2 },
  ];
  const asked = fakeFetch(() => json(answers[asked.length - 1]));
  streams[0].cut({ closed: true });
  await time.pass(60_000);
  assert.deepEqual(
    asked.map((one) => one.url),
    ["/events?after=0", "/events?after=2"],
  );
  assert.deepEqual(told.ends, ["done"]);
  assert.equal(time.waiting(), 0);
});

test("a server that is away is told, and asked less and less often until it is back", async () => {
  let up = false;
  const asked = fakeFetch(() => {
    if (!up) throw new TypeError("no network");
    return json({ submission: RUNNING, events: [], next: null });
  });
  streams[0].cut({ closed: true });
  await time.pass(2000 + 4000 + 8000);
  assert.equal(told.links.at(-1), "offline");
  assert.equal(asked.length, 4);
  up = true;
  await time.pass(15_000);
  assert.equal(told.links.at(-1), "polling");
});
