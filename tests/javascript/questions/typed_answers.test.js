// Numbers, words and shapes are sent as they are typed: the server knows how they are written.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { readShape } from "../../../server/static/js/questions/shape.js";
import { fakeBrowser } from "../fakes/browser.js";
import { drawn } from "./drawn.js";
import { WORDS } from "./words.js";

const TYPED = [
  { type: "numeric", text: "", seconds: 30, unit: "mm", label: WORDS.number, keyboard: "decimal" },
  { type: "text", text: "", seconds: 30, label: WORDS.word_or_two, keyboard: "text" },
  { type: "shape", text: "", seconds: 30, label: WORDS.shape, keyboard: "text" },
];

beforeEach(() => fakeBrowser());

for (const asked of TYPED) {
  test(`${asked.type}: what is typed is sent, untouched`, () => {
    const question = drawn(asked);
    const [input] = question.all("input");
    input.type(" 0,53 ");
    question.send();
    assert.deepEqual(question.sent, [" 0,53 "]);
  });

  test(`${asked.type}: nothing is no answer`, () => {
    const question = drawn(asked);
    question.send();
    question.all("input")[0].type("  ");
    question.send();
    assert.deepEqual(question.sent, []);
  });

  test(`${asked.type}: the field says what it takes, on the keyboard that fits`, () => {
    const question = drawn(asked);
    const [input] = question.all("input");
    assert.equal(question.all("label")[0].textContent, asked.label);
    assert.equal(input.getAttribute("inputmode"), asked.keyboard);
    assert.equal(question.all(".unit").length, asked.unit ? 1 : 0);
  });

  test(`${asked.type}: an answer from before stands there, and what was right below it`, () => {
    const question = drawn(asked);
    question.set("7");
    assert.equal(question.all("input")[0].value, "7");
    question.shut();
    assert.ok(question.all("input")[0].disabled);
    question.reveal({ right: ["0.53", "0,53"] });
    assert.equal(question.all(".right-is")[0].textContent, "Right is: 0.53 · 0,53");
  });
}

test("the shape of the editor is read however it is written", () => {
  for (const text of ["(64, 1, 28, 28)", "64x1x28x28", "[64 1 28 28]", "64×1×28×28", "64;1;28;28"]) {
    assert.deepEqual(readShape(text), [64, 1, 28, 28], text);
  }
  assert.deepEqual(
    readShape("64, many"),
    [64, "many"],
    "what is no number goes to the server, which says so",
  );
  assert.deepEqual(readShape(""), []);
});
