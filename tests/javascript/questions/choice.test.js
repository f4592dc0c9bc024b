// Options: one is sent as it is pressed, several when they are sent.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fakeBrowser } from "../fakes/browser.js";
import { drawn } from "./drawn.js";

const SINGLE = { type: "single", text: "", seconds: 30, options: ["0", "1", "2"] };
const MULTIPLE = { ...SINGLE, type: "multiple" };

beforeEach(() => fakeBrowser());

test("the option that is pressed is the answer, and the last one counts", () => {
  const question = drawn(SINGLE);
  question.all(".option")[2].click();
  question.all(".option")[0].click();
  assert.deepEqual(question.sent, [2, 0]);
  assert.deepEqual(question.pressed(".option"), [true, false, false]);
});

test("several options are sent by their indices when the button is pressed", () => {
  const question = drawn(MULTIPLE);
  const [first, second, third] = question.all(".option");
  for (const one of [third, second, first, second]) one.click();
  assert.deepEqual(question.sent, []);
  question.send();
  assert.deepEqual(question.sent, [[0, 2]]);
});

test("none of several options is an answer too", () => {
  const question = drawn(MULTIPLE);
  question.send();
  assert.deepEqual(question.sent, [[]]);
});

test("an answer from before stands there again", () => {
  const single = drawn(SINGLE);
  single.set(1);
  assert.deepEqual(single.pressed(".option"), [false, true, false]);
  const multiple = drawn(MULTIPLE);
  multiple.set([0, 2]);
  assert.deepEqual(multiple.pressed(".option"), [true, false, true]);
  assert.deepEqual([...single.sent, ...multiple.sent], []);
});

test("when time is up nothing is sent any more", () => {
  for (const asked of [SINGLE, MULTIPLE]) {
    const question = drawn(asked);
    question.shut();
    for (const option of question.all(".option")) option.click();
    assert.deepEqual(question.sent, []);
    assert.equal(question.all(".go").length, 0);
  }
});

test("what was right is marked, and feedback stands below what was chosen", () => {
  const question = drawn(MULTIPLE);
  question.set([1]);
  question.reveal({ right: [0, 2], feedback: ["flat", "steep", null] });
  assert.deepEqual(question.right(".option"), [true, false, true]);
  assert.deepEqual(
    question.all(".feedback").map((one) => one.textContent),
    ["steep"],
  );
});
