// What holds of every type of question, and what is done with one that is not known.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { board, control, starter, typeFields, typeNames } from "../../../server/static/js/questions/all.js";
import { fakeBrowser } from "../fakes/browser.js";
import { WORDS } from "./words.js";

const UNKNOWN = { type: "essay", text: "", seconds: 30 };

beforeEach(() => fakeBrowser());

test("the types stand in the order of the editor's list, new ones at its end", () => {
  assert.deepEqual(typeNames().slice(0, 9), [
    "single",
    "multiple",
    "true-false",
    "numeric",
    "text",
    "ordering",
    "matching",
    "shape",
    "cell",
  ]);
});

test("a new question of each type is fresh, and has fields in the editor", () => {
  for (const name of typeNames()) {
    const [one, other] = [starter(name, "a"), starter(name, "b")];
    assert.equal(one.type, name);
    assert.ok(Object.keys(one).length > 3, `${name} begins with nothing of its own`);
    const before = structuredClone(other);
    const fields = typeFields(one, "question[0]", WORDS, () => {});
    for (const input of fields.querySelectorAll("input")) input.type("x");
    assert.deepEqual(other, before, name);
  }
});

test("what was typed is listed by how often it came, for types that have no board of their own", () => {
  const tally = {
    answers: 3,
    right: 2,
    typed: [
      { text: "LeCun", count: 2, credit: 1 },
      { text: "<b>Hinton</b>", count: 1, credit: 0 },
    ],
  };
  const shown = board({ type: "text" }, { words: WORDS, answered: { right: ["LeCun"] }, tally });
  const rows = shown.querySelectorAll(".board-option");
  assert.deepEqual(
    rows.map((row) => row.classList.contains("right")),
    [true, false],
  );
  assert.equal(rows[1].querySelector(".option-text").textContent, "<b>Hinton</b>");
  assert.deepEqual(
    shown.querySelectorAll(".bar-fill").map((bar) => bar.style.width),
    ["100%", "50%"],
  );
});

test("bars of both votes have one measure, and what was right is marked only when it is told", () => {
  const question = { type: "single", options: ["0", "1"] };
  const known = { words: WORDS, tally: { answers: 4, right: 3, bars: [3, 1] }, before: { bars: [1, 4] } };
  const asked = board(question, known);
  assert.deepEqual(
    asked.querySelectorAll(".bar-fill").map((bar) => bar.style.width),
    ["25%", "75%", "100%", "25%"],
  );
  assert.equal(asked.querySelectorAll(".right").length, 0);
  const told = board(question, { ...known, answered: { right: [0] } });
  assert.equal(told.querySelectorAll(".right").length, 1);
});

test("a type that is not known is not answered, and said in the editor", () => {
  assert.throws(() => control(UNKNOWN, WORDS, () => {}), /essay/);
  const fields = typeFields(UNKNOWN, "question[0]", { unknown_type: "Choose its type" }, () => {});
  assert.equal(fields.textContent, "Choose its type");
});
