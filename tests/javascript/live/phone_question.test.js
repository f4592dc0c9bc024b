// The question on a phone: it opens by the server's clock, and its clock runs only while it is shown.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { FakeElement, fakeBrowser } from "../fakes/browser.js";
import { fakeTime } from "../fakes/time.js";

const PARTS = [
  "play",
  "wait",
  "wait-big",
  "wait-small",
  "text",
  "answer",
  "outcome",
  "number",
  "saved",
  "left",
  "announced",
];
const WORDS = {
  ready: "Get ready",
  question_of: "Question {n} of {of}",
  seconds: "{n} s",
  earned: "+{n} points",
  closed: "Time is up",
  none: "No answer from you",
  saved: "Saved",
  saved_change: "Saved, may change",
  sending: "Sending",
  kept: "Kept",
  right: "Right",
  points: "{n} points",
  place: "Place {n} of {of}",
};

let time;
let parts;
let put;
let waits;
let question;
let hasQuestion;

beforeEach(async () => {
  fakeBrowser();
  time = fakeTime();
  parts = Object.fromEntries([...PARTS, "timer"].map((name) => [name, new FakeElement()]));
  parts.timer.append(new FakeElement("span"));
  parts.play.hidden = true;
  put = [];
  waits = {};
  const outbox = {
    put: (round, body) => put.push([round, body]),
    peek: (round) => waits[round],
  };
  const module = await import("../../../server/static/js/live/phone_question.js");
  hasQuestion = module.hasQuestion;
  question = new module.PhoneQuestion((name) => parts[name], WORDS, outbox);
});

function snapshot(facts = {}) {
  const now = Date.now();
  return {
    now,
    v: 1,
    phase: "question",
    title: "Week 5",
    of: 9,
    game: "kahoot",
    number: 3,
    vote: 1,
    round: "relu.1",
    change: true,
    opens_at: now - 1000,
    closes_at: now + 20_000,
    question: { type: "single", text: "ReLU(-2)?", seconds: 30, options: ["0", "1"] },
    me: { nickname: "Bátor Borz" },
    ...facts,
  };
}

const ready = (in_ms) =>
  snapshot({ phase: "ready", opens_at: Date.now() + in_ms, closes_at: Date.now() + in_ms + 20_000 });

test("a question that is not open yet waits, and opens at its moment", async () => {
  question.show(ready(3000));
  assert.deepEqual([parts.wait.hidden, parts.play.hidden], [false, true]);
  assert.equal(parts["wait-big"].textContent, "Get ready");
  await time.pass(2999);
  assert.equal(parts.play.hidden, true);
  await time.pass(1);
  assert.deepEqual([parts.wait.hidden, parts.play.hidden], [true, false]);
  assert.equal(parts.text.textContent, "ReLU(-2)?");
});

test("one timer runs, however long it waits and however often it is told", async () => {
  question.show(ready(10_000));
  for (let times = 0; times < 20; times += 1) {
    await time.pass(400);
    question.show(ready(10_000));
    assert.equal(time.waiting(), 1);
  }
});

test("who leaves the question does not see it again", async () => {
  for (const shown of [ready(3000), snapshot()]) {
    question.show(shown);
    question.leave();
    parts.play.hidden = true;
    parts.wait.hidden = true;
    await time.pass(60_000);
    assert.deepEqual([parts.play.hidden, parts.wait.hidden], [true, true]);
    assert.equal(time.waiting(), 0);
  }
});

test("a snapshot without moments or without a question has none to show", () => {
  assert.equal(hasQuestion(snapshot()), true);
  assert.equal(hasQuestion(snapshot({ closes_at: undefined })), false);
  assert.equal(hasQuestion(snapshot({ question: undefined })), false);
  const own = snapshot({ question: undefined, me: { nickname: "x", question: snapshot().question } });
  assert.equal(hasQuestion(own), true);
});

test("time runs down, and then nothing can be answered", async () => {
  question.show(snapshot());
  assert.equal(parts.left.textContent, "20 s");
  await time.pass(12_500);
  assert.equal(parts.left.textContent, "8 s");
  await time.pass(10_000);
  assert.equal(parts.left.textContent, "Time is up");
  assert.equal(parts.saved.textContent, "No answer from you");
  assert.equal(time.waiting(), 0);
  parts.answer.querySelectorAll(".option")[0].click();
  assert.deepEqual(put, []);
});

test("an answer says how long it took since the question was seen, and counts", async () => {
  question.show(ready(3000));
  await time.pass(5000);
  const [first, second] = parts.answer.querySelectorAll(".option");
  first.click();
  await time.pass(1000);
  second.click();
  assert.deepEqual(put, [
    ["relu.1", { answer: 0, n: 1, elapsed_ms: 2000 }],
    ["relu.1", { answer: 1, n: 2, elapsed_ms: 3000 }],
  ]);
});

test("where answers may not be changed the first one stays", () => {
  question.show(snapshot({ change: false }));
  const [first, second] = parts.answer.querySelectorAll(".option");
  first.click();
  second.click();
  assert.equal(put.length, 1);
});

test("where answers may not be changed one from before a reload stays too", () => {
  question.show(snapshot({ change: false, me: { nickname: "x", answer: 0, n: 1 } }));
  parts.answer.querySelectorAll(".option")[1].click();
  assert.deepEqual(put, []);
});

test("what the server has is shown, unless a newer answer of this phone waits", () => {
  waits["relu.1"] = { answer: 1, n: 2, elapsed_ms: 5 };
  question.show(snapshot({ me: { nickname: "x", answer: 0, n: 3 } })); // from another device
  const pressed = () =>
    parts.answer.querySelectorAll(".option").map((one) => one.getAttribute("aria-pressed") === "true");
  assert.deepEqual(pressed(), [false, true]);
  waits = {};
  question.show(snapshot({ me: { nickname: "x", answer: 0, n: 3 } }));
  assert.deepEqual(pressed(), [true, false]);
});

test("what became of an answer is told only at its own question", () => {
  question.show(snapshot());
  question.told({ round: "pool.1", status: "kept" });
  assert.equal(parts.saved.textContent, "");
  question.told({ round: "relu.1", status: "saved" });
  assert.equal(parts.saved.textContent, "Saved, may change");
  question.told({ round: "relu.1", status: "refused", problem: { title: "Too late", detail: "By 3 s." } });
  assert.equal(parts.saved.textContent, "Too late: By 3 s.");
  assert.equal(parts.saved.dataset.status, "refused");
});

test("the answer is revealed with what it earned", () => {
  const me = { nickname: "x", answer: 0, n: 1, credit: 1, earned: 437, place: 2, players: 31, points: 1874 };
  question.show(snapshot());
  question.show(snapshot({ phase: "reveal", me, answered: { right: [0] } }));
  const lines = parts.outcome.children.map((line) => line.textContent);
  assert.equal(lines[0], "Right");
  assert.equal(lines.at(-1), "Place 2 of 31 · 1874 points");
  assert.ok(parts.answer.querySelectorAll(".option")[0].classList.contains("right"));
});

test("a question that opens is told to who listens, once", async () => {
  question.show(snapshot({ opens_at: Date.now() + 3000 }));
  assert.equal(parts.announced.textContent, "");
  await time.pass(4000);
  assert.equal(parts.announced.textContent, `Question 3 of 9: ${parts.text.textContent}`);
  parts.announced.textContent = "";
  question.show(snapshot({ v: 2 }));
  assert.equal(parts.announced.textContent, "");
});
