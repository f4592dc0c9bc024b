// How long a question is open, at a moment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { timeLeft } from "../../../server/static/js/live/question_timer.js";

const OPEN = { phase: "question", opens_at: 10_000, closes_at: 30_000 };

test("before it opens it is early, and all of its time is left", () => {
  assert.deepEqual(timeLeft({ ...OPEN, phase: "ready" }, 7000), {
    early: 3000,
    left: 23_000,
    over: false,
    share: 1,
    seconds: 23,
  });
});

test("while it is open the rest is told in whole seconds, never too few", () => {
  const times = timeLeft(OPEN, 24_900);
  assert.deepEqual([times.left, times.seconds, times.over], [5100, 6, false]);
  assert.equal(times.share, 0.255);
});

test("it is over when its time is, or when staff closed it", () => {
  assert.equal(timeLeft(OPEN, 30_000).over, true);
  assert.deepEqual([timeLeft(OPEN, 99_000).left, timeLeft(OPEN, 99_000).share], [0, 0]);
  for (const phase of ["closed", "reveal"]) assert.equal(timeLeft({ ...OPEN, phase }, 11_000).over, true);
});

test("a question of no length has no share", () => {
  assert.equal(timeLeft({ phase: "question", opens_at: 10_000, closes_at: 10_000 }, 9000).share, 0);
});

test("where no question is asked, or its moments are not known, there is no time", () => {
  for (const phase of ["lobby", "standings", "podium"]) assert.equal(timeLeft({ ...OPEN, phase }, 0), null);
  assert.equal(timeLeft({ phase: "question" }, 0), null);
  assert.equal(timeLeft({ phase: "question", opens_at: 5 }, 0), null);
});
