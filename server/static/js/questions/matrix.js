// Cells of a confusion matrix to be marked. The answer is the list of their places, [row, column] each.

import { make } from "../lib/dom.js";
import { asNumber, toolButton } from "../lib/form_fields.js";
import { disable, isPressed, press, sendButton } from "./parts.js";
import { register } from "./registry.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Control, Focus, Known } from "./registry.js" */

/** @typedef {{classes: string[], matrix: number[][]}} Matrix */
/** @typedef {[row: number, column: number]} Place */
/** @typedef {{classes: string[], matrix: (number | string)[][], cells: number[][]}} MatrixDocument */

const LEAST_CLASSES = 2;
const MOST_CLASSES = 10;

register({
  name: "cell",
  control: cellsToMark,
  board: markedMatrix,
  starter: () => ({
    classes: ["cat", "dog"],
    matrix: [
      [0, 0],
      [0, 0],
    ],
    cells: [[0, 0]],
  }),
  form: matrixFields,
});

/**
 * @param {Matrix & {several: boolean}} question
 * @param {Words} words
 * @param {(answer: Place[]) => void} send
 * @returns {Control}
 */
function cellsToMark(question, words, send) {
  const { several } = question;
  const buttons = question.matrix.map((counts, row) =>
    counts.map((count, column) => {
      const label = `${question.classes[row]} → ${question.classes[column]}: ${count}`;
      const look = { type: "button", class: "cell", "aria-pressed": "false", "aria-label": label };
      const button = make("button", look, String(count));
      button.addEventListener("click", () => pick(row, column));
      return button;
    }),
  );
  /** @returns {Place[]} */
  const chosen = () =>
    buttons.flatMap((line, row) =>
      line.flatMap((button, column) => (isPressed(button) ? [/** @type {Place} */ ([row, column])] : [])),
    );

  /**
   * @param {number} row
   * @param {number} column
   */
  function pick(row, column) {
    const button = buttons[row][column];
    if (several) return press(button, !isPressed(button));
    set([[row, column]]);
    send([[row, column]]);
  }

  /** @param {Place[]} answer */
  function set(answer) {
    for (const button of buttons.flat()) press(button, false);
    for (const [row, column] of answer) press(buttons[row][column], true);
  }

  const cells = buttons.map((line) => line.map((button) => make("td", {}, button)));
  const element = make(
    "div",
    { class: "scroll-x" },
    make("p", { class: "hint" }, several ? words.cells : words.cell),
    matrixTable(question.classes, words, cells),
    several ? sendButton(words, () => send(chosen())) : null,
  );
  return {
    element,
    set,
    shut: () => disable(element),
    reveal: ({ right }) => {
      for (const [row, column] of right) buttons[row][column].classList.add("right");
    },
  };
}

/**
 * @param {Matrix} question
 * @param {Known} known
 */
function markedMatrix({ classes, matrix }, { words, answered, tally }) {
  /** @type {Place[]} */
  const right = answered?.right ?? [];
  const cells = matrix.map((counts, row) =>
    counts.map((count, column) => {
      const isRight = right.some(([r, c]) => r === row && c === column);
      const cell = make("td", { class: `board-cell${isRight ? " right" : ""}` }, String(count));
      if (tally?.cells) cell.append(make("small", {}, String(tally.cells[row][column])));
      return cell;
    }),
  );
  return matrixTable(classes, words, cells);
}

/**
 * @param {string[]} classes
 * @param {Words} words
 * @param {HTMLElement[][]} cells by row and column
 */
function matrixTable(classes, words, cells) {
  const corner = make("td", { class: "corner" }, `${words.true_class} ↓ ${words.predicted_class} →`);
  const names = classes.map((name) => make("th", { scope: "col" }, name));
  const rows = cells.map((line, row) => make("tr", {}, make("th", { scope: "row" }, classes[row]), ...line));
  const head = make("thead", {}, make("tr", {}, corner, ...names));
  return make("table", { class: "matrix" }, head, make("tbody", {}, ...rows));
}

// --- the editor's fields: names of classes, counts, and which cells are right ---

/**
 * @param {Partial<MatrixDocument>} given
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
function matrixFields(given, path, words, redraw) {
  const question = squared(given);
  const { classes } = question;
  const labels = new ClassLabels(classes);
  const head = classes.map((_name, column) => labels.heading(column));
  const rows = classes.map((_name, row) => {
    const name = classNameField(question, path, words, redraw, labels, row);
    const cells = classes.map((_other, column) => cellFields(question, path, words, labels, [row, column]));
    return make("tr", { "data-entry": true }, name, ...cells);
  });
  const corner = make("td", { class: "hint" }, `${words.true_class} ↓ ${words.predicted_class} →`);
  const table = make(
    "table",
    { class: "form-matrix" },
    make("thead", {}, make("tr", {}, corner, ...head)),
    make("tbody", {}, ...rows),
  );
  return make(
    "fieldset",
    { class: "form-list", "data-list": `${path}.classes` },
    make("legend", {}, words.classes),
    make("p", { class: "hint" }, words.mark_cells),
    make("div", { class: "scroll" }, table),
    classAdder(question, path, words, redraw),
  );
}

/** What is to be written anew when a class gets another name. */
class ClassLabels {
  /** @param {string[]} classes */
  constructor(classes) {
    this.classes = classes;
    /** @type {(() => void)[]} */
    this.writers = [];
  }

  /** @param {number} column */
  heading(column) {
    const element = make("th", { scope: "col" });
    this.keep(() => {
      element.textContent = this.classes[column];
    });
    return element;
  }

  /**
   * Name a field by its cell.
   *
   * @param {HTMLElement} input
   * @param {Place} place
   * @param {string} [before]
   */
  cell(input, [row, column], before = "") {
    this.keep(() => {
      input.setAttribute("aria-label", `${before}${this.classes[row]} → ${this.classes[column]}`);
    });
  }

  /** @param {() => void} write */
  keep(write) {
    this.writers.push(write);
    write();
  }

  renamed() {
    for (const write of this.writers) write();
  }
}

/**
 * The count of a cell, and whether it is right.
 *
 * @param {MatrixDocument} question
 * @param {string} path
 * @param {Words} words
 * @param {ClassLabels} labels
 * @param {Place} place
 */
function cellFields(question, path, words, labels, [row, column]) {
  const look = { type: "text", inputmode: "numeric", autocomplete: "off" };
  const count = make("input", { ...look, "data-path": `${path}.matrix[${row}][${column}]` });
  count.value = String(question.matrix[row][column]);
  count.addEventListener("input", () => {
    question.matrix[row][column] = asNumber(count.value);
  });
  const mark = make("input", { type: "checkbox", "data-path": `${path}.cells` });
  mark.checked = question.cells.some(([r, c]) => r === row && c === column);
  mark.addEventListener("change", () => {
    question.cells = question.cells.filter(([r, c]) => r !== row || c !== column);
    if (mark.checked) question.cells.push([row, column]);
  });
  labels.cell(count, [row, column]);
  labels.cell(mark, [row, column], `${words.is_right}: `);
  return make("td", {}, make("div", { class: "form-cell" }, count, mark));
}

/**
 * The name of a class, and the button that takes it out.
 *
 * @param {MatrixDocument} question
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 * @param {ClassLabels} labels
 * @param {number} row
 */
function classNameField(question, path, words, redraw, labels, row) {
  const { classes } = question;
  const look = { type: "text", autocomplete: "off", "data-path": `${path}.classes` };
  const input = make("input", { ...look, "aria-label": `${words.class} ${row + 1}` });
  input.value = classes[row];
  input.addEventListener("input", () => {
    classes[row] = input.value;
    labels.renamed();
  });
  const remove = () => {
    removeClass(question, row);
    redraw({ path: `${path}.classes`, index: Math.min(row, classes.length - 1), act: "remove" });
  };
  const state = { act: "remove", disabled: classes.length <= LEAST_CLASSES };
  const button = toolButton("✕", `${words.remove} (${row + 1})`, remove, state);
  return make("th", { scope: "row" }, make("div", { class: "form-cell" }, button, input));
}

/**
 * @param {MatrixDocument} question
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
function classAdder({ classes }, path, words, redraw) {
  const look = { class: "button small", type: "button", "data-act": "add" };
  const add = make("button", { ...look, disabled: classes.length >= MOST_CLASSES }, words.add_class);
  add.addEventListener("click", () => {
    classes.push("");
    redraw({ path: `${path}.classes`, index: classes.length - 1 });
  });
  return add;
}

/**
 * A matrix has a row and a column for each class, whatever was sent.
 *
 * @param {Partial<MatrixDocument>} question changed in place
 */
export function squared(question) {
  question.classes ??= [];
  const names = question.classes;
  while (names.length < LEAST_CLASSES) names.push("");
  const given = question.matrix;
  question.matrix = names.map((_name, row) => names.map((_other, column) => given?.[row]?.[column] ?? 0));
  question.cells = (question.cells ?? []).filter((place) => place.every((index) => index < names.length));
  return /** @type {MatrixDocument} */ (question);
}

/**
 * Take a class out, with its row, its column and what was right in them.
 *
 * @param {MatrixDocument} question changed in place
 * @param {number} gone
 */
export function removeClass(question, gone) {
  /** @param {unknown} _entry @param {number} index */
  const others = (_entry, index) => index !== gone;
  /** @param {number} index */
  const moved = (index) => (index > gone ? index - 1 : index);
  question.classes.splice(gone, 1);
  question.matrix = question.matrix.filter(others).map((row) => row.filter(others));
  question.cells = question.cells.filter((place) => !place.includes(gone)).map((place) => place.map(moved));
}
