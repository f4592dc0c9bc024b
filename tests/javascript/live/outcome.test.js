// What came of an answer, as a word and as lines.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { outcomeLines, verdict } from "../../../server/static/js/live/outcome.js";
import { fakeBrowser } from "../fakes/browser.js";

beforeEach(() => fakeBrowser());

test("credit is right, partly right or wrong, and none is none", () => {
  const words = [1, 1.5, 0.99, 0.01, 0, undefined].map((credit) => verdict({ right: 0 }, credit));
  assert.deepEqual(words, ["right", "right", "partly", "partly", "wrong", "none"]);
});

test("a question that is void is void, whatever was answered", () => {
  for (const credit of [1, 0, undefined]) assert.equal(verdict({ right: 0, void: true }, credit), "void");
});

test("the verdict comes first and the explanation last", () => {
  const between = document.createElement("p");
  const answered = { right: 0, explanation: "It is flat." };
  const lines = outcomeLines(answered, 1, { right: "Right" }, between);
  assert.deepEqual(
    lines.map((line) => line.textContent),
    ["Right", "", "It is flat."],
  );
  assert.ok(lines[0].classList.contains("right"));
});
