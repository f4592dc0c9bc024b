// Lines on the left that are given a letter of the right.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fakeBrowser } from "../fakes/browser.js";
import { drawn } from "./drawn.js";

const PAIRS = {
  type: "matching",
  text: "",
  seconds: 30,
  lefts: ["ReLU", "tanh"],
  rights: ["Glorot", "Kaiming", "LeCun"],
};

beforeEach(() => fakeBrowser());

test("the answer has for each line what was chosen, and nothing where nothing was", () => {
  const question = drawn(PAIRS);
  question.send();
  question.all(".letter-button")[1].click();
  question.all(".letter-button")[3].click();
  question.all(".letter-button")[5].click();
  question.send();
  assert.deepEqual(question.sent, [
    [null, null],
    [1, 2],
  ]);
  assert.deepEqual(question.pressed(".letter-button"), [false, true, false, false, false, true]);
});

test("what was sent is not changed by choosing on", () => {
  const question = drawn(PAIRS);
  question.send();
  question.all(".letter-button")[0].click();
  assert.deepEqual(question.sent, [[null, null]]);
});

test("an answer from before is shown, and what was right", () => {
  const question = drawn(PAIRS);
  question.set([1, null]);
  assert.deepEqual(question.pressed(".letter-button"), [false, true, false, false, false, false]);
  question.reveal({ right: [1, 0] });
  assert.deepEqual(question.right(".letter-button"), [false, true, false, true, false, false]);
});
