// Items that are moved up and down until their order is sent.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fakeBrowser } from "../fakes/browser.js";
import { drawn } from "./drawn.js";

const LAYERS = { type: "ordering", text: "", seconds: 30, items: ["S4", "C1", "S2"] };

beforeEach(() => fakeBrowser());

const texts = (question) => question.all(".option-text").map((one) => one.textContent);

test("the answer is the order of the indices, the first on top", () => {
  const question = drawn(LAYERS);
  question.all('[data-move="down"]')[0].click();
  question.all('[data-move="down"]')[1].click();
  question.send();
  assert.deepEqual(question.sent, [[1, 2, 0]]);
  assert.deepEqual(texts(question), ["C1", "S2", "S4"]);
});

test("the first goes no further up and the last no further down", () => {
  const question = drawn(LAYERS);
  question.all('[data-move="up"]')[0].click();
  question.all('[data-move="down"]')[2].click();
  assert.deepEqual(texts(question), LAYERS.items);
});

test("an item that is moved on by keys keeps the focus", () => {
  const question = drawn(LAYERS);
  question.all('[data-move="down"]')[0].click();
  assert.equal(document.activeElement, question.all('[data-move="down"]')[1]);
});

test("what was sent is not changed by moving on", () => {
  const question = drawn(LAYERS);
  question.send();
  question.all('[data-move="down"]')[0].click();
  assert.deepEqual(question.sent, [[0, 1, 2]]);
});

test("an answer from before stands there, and what was right below it", () => {
  const question = drawn(LAYERS);
  question.set([2, 0, 1]);
  assert.deepEqual(texts(question), ["S2", "S4", "C1"]);
  question.shut();
  question.reveal({ right: [1, 2, 0] });
  assert.equal(question.all(".right-is")[0].textContent, "Right is:C1S2S4");
});
