// A sentence that is true or false.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fakeBrowser } from "../fakes/browser.js";
import { drawn } from "./drawn.js";

const TRUTH = { type: "true-false", text: "", seconds: 30 };

beforeEach(() => fakeBrowser());

test("the answer is the truth that is pressed", () => {
  const question = drawn(TRUTH);
  const [yes, no] = question.all(".option");
  assert.deepEqual([yes.textContent, no.textContent], ["ATrue", "BFalse"]);
  no.click();
  yes.click();
  assert.deepEqual(question.sent, [false, true]);
});

test("an answer from before and what was right are shown at their option", () => {
  for (const truth of [true, false]) {
    const question = drawn(TRUTH);
    question.set(truth);
    assert.deepEqual(question.pressed(".option"), [truth, !truth]);
    question.reveal({ right: truth });
    assert.deepEqual(question.right(".option"), [truth, !truth]);
  }
});
