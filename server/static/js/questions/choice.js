// Questions with options: one is right, or several are.

import { make, rendered } from "../lib/dom.js";
import { bilingualField, flagField, foldedFields, numberField } from "../lib/form_fields.js";
import { asTables, entryList } from "../lib/form_lists.js";
import { disable, isPressed, letter, optionList, press, pressOnly, sendButton, spoken } from "./parts.js";
import { register } from "./registry.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Answered, Control, Focus } from "./registry.js" */

/** @typedef {{options: string[]}} Choice */
/** @typedef {{text?: unknown, correct?: boolean, feedback?: unknown, credit?: number}} Option */

/** The answer is the index of an option. @type {import("./registry.js").QuestionType} */
const single = {
  name: "single",
  control: oneOption,
  board: (question, known) => optionList(question.options, known),
  starter: () => ({ options: [{ text: "", correct: true }, { text: "" }] }),
  form: (question, path, words, redraw) => optionFields(question, path, words, redraw, false),
};

/** The answer is a list of indices. @type {import("./registry.js").QuestionType} */
const multiple = {
  name: "multiple",
  control: someOptions,
  board: single.board,
  starter: () => ({ options: [{ text: "", correct: true }, { text: "" }, { text: "" }] }),
  form: (question, path, words, redraw) => optionFields(question, path, words, redraw, true),
};

register(single);
register(multiple);

/**
 * Options of which the one that is pressed is the answer.
 *
 * @param {Choice} question
 * @param {Words} _words
 * @param {(answer: number) => void} send
 * @returns {Control}
 */
export function oneOption({ options }, _words, send) {
  const buttons = options.map(optionButton);
  const element = make("div", { class: "options" }, ...buttons);
  /** @param {number} answer */
  const set = (answer) => pressOnly(buttons, [answer]);
  for (const [index, button] of buttons.entries()) {
    button.addEventListener("click", () => {
      set(index);
      send(index);
    });
  }
  return { element, set, shut: () => disable(element), reveal: (answered) => reveal(buttons, answered) };
}

/**
 * @param {Choice} question
 * @param {Words} words
 * @param {(answer: number[]) => void} send
 * @returns {Control}
 */
function someOptions({ options }, words, send) {
  const buttons = options.map(optionButton);
  for (const button of buttons) button.addEventListener("click", () => press(button, !isPressed(button)));
  const chosen = () => buttons.flatMap((button, index) => (isPressed(button) ? [index] : []));
  const hint = make("p", { class: "hint" }, words.choose_some);
  const go = sendButton(words, () => send(chosen()));
  const element = make("div", { class: "options" }, hint, ...buttons, go);
  return {
    element,
    set: (answer) => pressOnly(buttons, answer),
    shut: () => disable(element),
    reveal: (answered) => reveal(buttons, answered),
  };
}

/**
 * @param {string} html
 * @param {number} index
 */
function optionButton(html, index) {
  const text = spoken(rendered("span", { class: "option-text" }, html));
  return make("button", { class: "option", type: "button", "aria-pressed": "false" }, letter(index), text);
}

/**
 * @param {HTMLButtonElement[]} buttons
 * @param {Answered} answered
 */
function reveal(buttons, { right, feedback }) {
  buttons.forEach((button, index) => {
    button.classList.toggle("right", right.includes(index));
    const said = feedback?.[index];
    if (said && isPressed(button)) button.after(rendered("p", { class: "feedback" }, said));
  });
}

/**
 * @param {{options?: (Option | string)[], shuffle?: boolean}} question
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 * @param {boolean} several
 */
function optionFields(question, path, words, redraw, several) {
  question.options ??= [];
  const list = /** @type {Option[]} */ (asTables(question.options, "text"));
  /** @param {number} index */
  const row = (index) => {
    const where = `${path}.options[${index}]`;
    const more = foldedFields(
      list[index],
      words.feedback,
      {},
      bilingualField(list[index], "feedback", words.feedback, words, {
        path: `${where}.feedback`,
        optional: true,
      }),
      numberField(list[index], "credit", words.credit, { path: `${where}.credit` }),
    );
    const text = bilingualField(list[index], "text", words.option, words, { path: `${where}.text` });
    const mark = rightMark(list, index, words, { several, group: `right-${path}` });
    return make("div", { class: "form-option" }, mark, make("div", {}, text, more));
  };
  const label = several ? words.options_several : words.options_one;
  const place = { path: `${path}.options`, least: 2, ordered: true };
  return make(
    "div",
    {},
    entryList(list, label, words, redraw, { ...place, row, fresh: { text: "" } }),
    flagField(question, "shuffle", words.shuffle, true),
  );
}

/**
 * What marks an option as right; where one is, no other stays so.
 *
 * @param {Option[]} list
 * @param {number} index
 * @param {Words} words
 * @param {{several: boolean, group: string}} how
 */
function rightMark(list, index, words, { several, group }) {
  const label = `${words.is_right} (${index + 1})`;
  const type = several ? "checkbox" : "radio";
  const mark = make("input", { type, name: group, "aria-label": label });
  const option = list[index];
  mark.checked = Boolean(option.correct);
  mark.addEventListener("change", () => {
    if (!several) for (const one of list) delete one.correct;
    if (mark.checked) option.correct = true;
    else delete option.correct;
  });
  return mark;
}
