// What the form of a quiz asks for each type of question.

import { asNumber, duo, field, flag, folded, line, number, small } from "../lib/form_fields.js";
import { cells } from "../questions/matrix.js";
import { make } from "../questions/controls.js";

export const BODIES = {
  single: options,
  multiple: options,
  "true-false": trueFalse,
  numeric: numbers,
  text: forms,
  ordering: items,
  matching: pairs,
  shape,
  cell: cells,
};

const STARTERS = {
  single: { options: [{ text: "", correct: true }, { text: "" }] },
  multiple: { options: [{ text: "", correct: true }, { text: "" }, { text: "" }] },
  "true-false": { correct: true },
  numeric: { accepted: [{ value: 0, tolerance: 0 }] },
  text: { accepted: [""] },
  ordering: { items: ["", "", ""] },
  matching: { pairs: [{ left: "", right: "" }, { left: "", right: "" }] },
  shape: { shape: [64, 1, 28, 28] },
  cell: { classes: ["cat", "dog"], matrix: [[0, 0], [0, 0]], cells: [[0, 0]] },
};

/** A new question of a type. */
export function starter(type, id) {
  return { id, type, text: "", ...structuredClone(STARTERS[type]) };
}

export function body(question, path, words, redraw) {
  const made = BODIES[question.type];
  return made ? made(question, path, words, redraw) : make("p", { class: "hint" }, words.unknown_type);
}

/** A list whose entries can be added, removed and, where their order matters, moved; `row(at)` draws one. */
function listed(list, label, words, redraw, { row, fresh, path, least = 1, ordered = false }) {
  const move = (at, by, act) => {
    list.splice(at + by, 0, ...list.splice(at, 1));
    redraw({ path, at: at + by, act });
  };
  const remove = (at) => {
    list.splice(at, 1);
    redraw({ path, at: Math.min(at, list.length - 1), act: "remove" });
  };
  const tools = (at) => [
    ...(ordered ? [small("▲", `${words.up} (${at + 1})`, () => move(at, -1, "up"), { act: "up", disabled: at === 0 })] : []),
    ...(ordered ? [small("▼", `${words.down} (${at + 1})`, () => move(at, 1, "down"), { act: "down", disabled: at === list.length - 1 })] : []),
    small("✕", `${words.remove} (${at + 1})`, () => remove(at), { act: "remove", disabled: list.length <= least }),
  ];
  const rows = list.map((_, at) => make("li", {}, row(at), make("div", { class: "form-tools" }, ...tools(at))));
  const add = make("button", { class: "button small", type: "button", "data-path": path, "data-act": "add" }, words.add_one);
  add.addEventListener("click", () => {
    list.push(structuredClone(fresh));
    redraw({ path, at: list.length - 1 });
  });
  return make("fieldset", { class: "form-list", "data-list": path }, make("legend", {}, label), make("ol", {}, ...rows), add);
}

/** Entries that may stand in a short form become tables, which fields can write into. */
function tables(list, short) {
  list.forEach((one, at) => {
    if (typeof one !== "object") list[at] = { [short]: one };
  });
  return list;
}

function options(question, path, words, redraw) {
  const list = tables((question.options ??= []), "text");
  const several = question.type === "multiple";
  const group = `right-${path}`;
  const row = (at) => {
    const option = list[at];
    const mark = make("input", { type: several ? "checkbox" : "radio", name: group, "aria-label": `${words.is_right} (${at + 1})` });
    mark.checked = Boolean(option.correct);
    mark.addEventListener("change", () => {
      if (!several) for (const one of list) delete one.correct;
      if (mark.checked) option.correct = true;
      else delete option.correct;
    });
    const where = `${path}.options[${at}]`;
    const more = folded(
      option,
      words.feedback,
      {},
      duo(option, "feedback", words.feedback, words, { path: `${where}.feedback`, optional: true }),
      number(option, "credit", words.credit, { path: `${where}.credit` }),
    );
    return make("div", { class: "form-option" }, mark, make("div", {}, duo(option, "text", words.option, words, { path: `${where}.text` }), more));
  };
  return make(
    "div",
    {},
    listed(list, several ? words.options_several : words.options_one, words, redraw, { row, fresh: { text: "" }, path: `${path}.options`, least: 2, ordered: true }),
    flag(question, "shuffle", words.shuffle, true),
  );
}

function trueFalse(question, path, words) {
  const select = make("select", { "data-path": `${path}.correct` }, make("option", { value: "yes", selected: question.correct === true }, words.true), make("option", { value: "no", selected: question.correct !== true }, words.false));
  select.addEventListener("change", () => (question.correct = select.value === "yes"));
  return field(words.it_is, select);
}

function numbers(question, path, words, redraw) {
  const list = tables((question.accepted ??= []), "value");
  const row = (at) => {
    const where = `${path}.accepted[${at}]`;
    return make(
      "div",
      { class: "form-row" },
      number(list[at], "value", words.value, { path: `${where}.value` }),
      number(list[at], "tolerance", words.tolerance, { path: `${where}.tolerance`, usual: 0 }),
      number(list[at], "credit", words.credit, { path: `${where}.credit`, usual: 1 }),
    );
  };
  return make(
    "div",
    {},
    listed(list, words.accepted_numbers, words, redraw, { row, fresh: { value: 0 }, path: `${path}.accepted` }),
    line(question, "unit", words.unit, { path: `${path}.unit` }),
  );
}

function forms(question, path, words, redraw) {
  const list = tables((question.accepted ??= []), "text");
  const row = (at) => {
    const where = `${path}.accepted[${at}]`;
    return make("div", { class: "form-row" }, line(list[at], "text", words.form_text, { path: `${where}.text` }), number(list[at], "credit", words.credit, { path: `${where}.credit`, usual: 1 }));
  };
  return make(
    "div",
    {},
    listed(list, words.accepted_texts, words, redraw, { row, fresh: { text: "" }, path: `${path}.accepted` }),
    flag(question, "case_sensitive", words.case_sensitive, false),
  );
}

function items(question, path, words, redraw) {
  const list = (question.items ??= []);
  const row = (at) => duo(list, at, words.item, words, { path: `${path}.items[${at}]` });
  return listed(list, words.items_in_order, words, redraw, { row, fresh: "", path: `${path}.items`, least: 2, ordered: true });
}

function pairs(question, path, words, redraw) {
  const list = (question.pairs ??= []);
  const others = (question.distractors ??= []);
  const row = (at) => {
    const where = `${path}.pairs[${at}]`;
    return make("div", {}, duo(list[at], "left", words.left, words, { path: `${where}.left` }), duo(list[at], "right", words.right_side, words, { path: `${where}.right` }));
  };
  const other = (at) => duo(others, at, words.right_side, words, { path: `${path}.distractors[${at}]` });
  return make(
    "div",
    {},
    listed(list, words.pairs, words, redraw, { row, fresh: { left: "", right: "" }, path: `${path}.pairs`, least: 2 }),
    listed(others, words.distractors, words, redraw, { row: other, fresh: "", path: `${path}.distractors`, least: 0 }),
  );
}

function shape(question, path, words) {
  const shown = { text: (question.shape ?? []).join(", ") };
  const keep = () => {
    question.shape = (shown.text ?? "").replace(/[()[\]]/g, " ").split(/[\s,;x×]+/).filter(Boolean).map(asNumber);
  };
  return line(shown, "text", words.shape, { path: `${path}.shape`, changed: keep });
}
