// The server's clock as a phone knows it: the fastest answer of late is believed.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fakeTime } from "../fakes/time.js";

let clock;
let fresh = 0;

beforeEach(async () => {
  fakeTime();
  fresh += 1;
  clock = await import(`../../../server/static/js/live/synchronized_clock.js?fresh=${fresh}`);
});

test("before anything is known our own clock counts", () => {
  assert.equal(clock.serverTime(), Date.now());
  assert.equal(clock.roundTrip(), 0);
});

test("an answer was given in the middle of its way", () => {
  const now = Date.now();
  clock.recordAnswer(now + 5000, now - 300, now - 100);
  assert.equal(clock.serverTime(), now + 5200);
  assert.equal(clock.roundTrip(), 200);
});

test("the fastest answer is believed, whenever it came", () => {
  const now = Date.now();
  clock.recordAnswer(now + 9000, now - 900, now);
  clock.recordAnswer(now + 5000, now - 20, now);
  clock.recordAnswer(now + 7000, now - 400, now);
  assert.equal(clock.serverTime(), now + 5010);
});

test("answers of long ago are forgotten", () => {
  const now = Date.now();
  clock.recordAnswer(now + 5000, now, now);
  for (let times = 0; times < 8; times += 1) clock.recordAnswer(now + 1000, now - 100, now);
  assert.equal(clock.serverTime(), now + 1050);
  assert.equal(clock.roundTrip(), 100);
});

test("a pushed message counts only while nothing was measured", () => {
  const now = Date.now();
  clock.recordPush(now + 3000);
  assert.equal(clock.serverTime(), now + 3000);
  clock.recordPush(now + 8000);
  assert.equal(clock.serverTime(), now + 3000);
  clock.recordAnswer(now + 4000, now - 50, now);
  assert.equal(clock.serverTime(), now + 4025);
});

test("a slow answer is better than a push", () => {
  const now = Date.now();
  clock.recordAnswer(now + 4000, now - 3000, now);
  clock.recordPush(now + 8000);
  assert.equal(clock.serverTime(), now + 5500);
});
