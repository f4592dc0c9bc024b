// Cells of a confusion matrix: one is sent as it is tapped, several when they are sent; and the editor's fields.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { typeFields } from "../../../server/static/js/questions/all.js";
import { removeClass, squared } from "../../../server/static/js/questions/matrix.js";
import { fakeBrowser } from "../fakes/browser.js";
import { drawn } from "./drawn.js";
import { WORDS } from "./words.js";

const ONE = {
  type: "cell",
  text: "",
  seconds: 30,
  classes: ["rocket", "car"],
  matrix: [
    [15, 3],
    [4, 23],
  ],
  several: false,
};

beforeEach(() => fakeBrowser());

test("the cell that is tapped is the answer, by its row and column", () => {
  const question = drawn(ONE);
  question.all(".cell")[2].click();
  question.all(".cell")[1].click();
  assert.deepEqual(question.sent, [[[1, 0]], [[0, 1]]]);
  assert.deepEqual(question.pressed(".cell"), [false, true, false, false]);
});

test("several cells are sent when the button is pressed", () => {
  const question = drawn({ ...ONE, several: true });
  const [first, second, third] = question.all(".cell");
  for (const one of [third, second, first, third]) one.click();
  question.send();
  assert.deepEqual(question.sent, [
    [
      [0, 0],
      [0, 1],
    ],
  ]);
});

test("a cell is named by its classes", () => {
  const [, cell] = drawn(ONE).all(".cell");
  assert.equal(cell.getAttribute("aria-label"), "rocket → car: 3");
});

test("an answer from before is shown, and what was right", () => {
  const question = drawn({ ...ONE, several: true });
  question.set([[1, 1]]);
  assert.deepEqual(question.pressed(".cell"), [false, false, false, true]);
  question.reveal({ right: [[0, 1]] });
  assert.deepEqual(question.right(".cell"), [false, true, false, false]);
});

test("in the editor a matrix has a row and a column for each class, whatever was sent", () => {
  const question = { classes: ["cat", "dog", "owl"], matrix: [[1, 2]] };
  question.cells = [
    [0, 1],
    [3, 0],
  ];
  assert.deepEqual(squared(question).matrix, [
    [1, 2, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(question.cells, [[0, 1]]);
  assert.deepEqual(squared({}).classes, ["", ""]);
});

test("a class is taken out with its row, its column and what was right in them", () => {
  const question = squared({
    classes: ["cat", "dog", "owl"],
    matrix: [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    cells: [
      [0, 1],
      [1, 2],
      [2, 2],
    ],
  });
  removeClass(question, 0);
  assert.deepEqual(question, {
    classes: ["dog", "owl"],
    matrix: [
      [5, 6],
      [8, 9],
    ],
    cells: [
      [0, 1],
      [1, 1],
    ],
  });
});

test("in the editor counts and right cells are written into the question, and names follow a class", () => {
  const question = {
    type: "cell",
    classes: ["cat", "dog"],
    matrix: [
      [0, 0],
      [0, 0],
    ],
    cells: [],
  };
  const fields = typeFields(question, "question[0]", WORDS, () => {});
  const [count] = fields.querySelectorAll('[data-path="question[0].matrix[0][1]"]');
  count.type("7");
  const marks = fields.querySelectorAll('[data-path="question[0].cells"]');
  marks[1].change(true);
  marks[2].change(true);
  marks[1].change(false);
  fields.querySelectorAll('[data-path="question[0].classes"]')[1].type("owl");
  assert.deepEqual(question, {
    type: "cell",
    classes: ["cat", "owl"],
    matrix: [
      [0, 7],
      [0, 0],
    ],
    cells: [[1, 0]],
  });
  assert.equal(count.getAttribute("aria-label"), "cat → owl");
  assert.equal(marks[1].getAttribute("aria-label"), "right: cat → owl");
});
