// The form of a confusion matrix: names of classes, counts, and which cells are right.

import { asNumber, small } from "../lib/form_fields.js";
import { make } from "./controls.js";

const LEAST = 2;
const MOST = 10;

export function cells(question, path, words, redraw) {
  squared(question);
  const { classes, matrix } = question;
  const named = []; // what is to be written anew when a class gets another name
  const told = (element, write) => {
    named.push(() => write(element));
    write(element);
    return element;
  };
  const heading = (column) => told(make("th", { scope: "col" }), (th) => (th.textContent = classes[column]));

  const cell = (row, column) => {
    const names = () => `${classes[row]} → ${classes[column]}`;
    const count = make("input", { type: "text", inputmode: "numeric", autocomplete: "off", "data-path": `${path}.matrix[${row}][${column}]` });
    count.value = matrix[row][column];
    count.addEventListener("input", () => (matrix[row][column] = asNumber(count.value)));
    const mark = make("input", { type: "checkbox", "data-path": `${path}.cells` });
    mark.checked = question.cells.some(([r, c]) => r === row && c === column);
    mark.addEventListener("change", () => {
      question.cells = question.cells.filter(([r, c]) => r !== row || c !== column);
      if (mark.checked) question.cells.push([row, column]);
    });
    told(count, (input) => input.setAttribute("aria-label", names()));
    told(mark, (input) => input.setAttribute("aria-label", `${words.is_right}: ${names()}`));
    return make("td", {}, make("div", { class: "form-cell" }, count, mark));
  };

  const name = (row) => {
    const input = make("input", { type: "text", autocomplete: "off", "aria-label": `${words.class} ${row + 1}`, "data-path": `${path}.classes` });
    input.value = classes[row];
    input.addEventListener("input", () => {
      classes[row] = input.value;
      for (const write of named) write();
    });
    const remove = small("✕", `${words.remove} (${row + 1})`, () => {
      without(question, row);
      redraw({ path: `${path}.classes`, at: Math.min(row, classes.length - 1), act: "remove" });
    }, { act: "remove", disabled: classes.length <= LEAST });
    return make("th", { scope: "row" }, make("div", { class: "form-cell" }, remove, input));
  };

  const add = make("button", { class: "button small", type: "button", "data-act": "add", disabled: classes.length >= MOST }, words.add_class);
  add.addEventListener("click", () => {
    classes.push("");
    redraw({ path: `${path}.classes`, at: classes.length - 1 });
  });
  const head = make("tr", {}, make("td", { class: "hint" }, `${words.true_class} ↓ ${words.predicted_class} →`), ...classes.map((_, column) => heading(column)));
  const rows = classes.map((_, row) => make("tr", { "data-entry": true }, name(row), ...classes.map((_, column) => cell(row, column))));
  return make(
    "fieldset",
    { class: "form-list", "data-list": `${path}.classes` },
    make("legend", {}, words.classes),
    make("p", { class: "hint" }, words.mark_cells),
    make("div", { class: "scroll" }, make("table", { class: "form-matrix" }, make("thead", {}, head), make("tbody", {}, ...rows))),
    add,
  );
}

/** A matrix has a row and a column for each class, whatever was sent. */
function squared(question) {
  const names = (question.classes ??= []);
  while (names.length < LEAST) names.push("");
  question.matrix = names.map((_, row) => names.map((_, column) => question.matrix?.[row]?.[column] ?? 0));
  question.cells = (question.cells ?? []).filter((place) => place.every((at) => at < names.length));
}

/** Take a class out, with its row, its column and what was right in them. */
function without(question, gone) {
  const others = (_, at) => at !== gone;
  const moved = (at) => (at > gone ? at - 1 : at);
  question.classes.splice(gone, 1);
  question.matrix = question.matrix.filter(others).map((row) => row.filter(others));
  question.cells = question.cells.filter((place) => !place.includes(gone)).map((place) => place.map(moved));
}
