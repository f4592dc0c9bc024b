// Pairs to be found. The answer has for each line on the left the index of what was chosen on the right.

import { make, rendered } from "../lib/dom.js";
import { bilingualField } from "../lib/form_fields.js";
import { entryList } from "../lib/form_lists.js";
import { disable, LETTERS, letter, listRow, pressOnly, sendButton, shareBar } from "./parts.js";
import { register } from "./registry.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Control, Focus, Known } from "./registry.js" */

/** @typedef {{lefts: string[], rights: string[]}} Matching */
/** @typedef {(number | null)[]} Chosen null for a line where nothing is chosen yet */

register({
  name: "matching",
  control: lettersToChoose,
  board: bothSides,
  starter: () => ({
    pairs: [
      { left: "", right: "" },
      { left: "", right: "" },
    ],
  }),
  form: pairFields,
});

/**
 * @param {Matching} question
 * @param {Words} words
 * @param {(answer: Chosen) => void} send
 * @returns {Control}
 */
function lettersToChoose({ lefts, rights }, words, send) {
  /** @type {Chosen} */
  const chosen = lefts.map(() => null);
  const rows = lefts.map((_left, line) => rights.map((_right, index) => choiceButton(line, index)));

  /**
   * @param {number} line
   * @param {number} index
   */
  function choiceButton(line, index) {
    const look = { type: "button", class: "letter-button", "aria-pressed": "false" };
    const button = make("button", { ...look, "aria-label": LETTERS[index] }, letter(index));
    button.addEventListener("click", () => choose(line, index));
    return button;
  }

  /**
   * @param {number} line
   * @param {number | null} index
   */
  function choose(line, index) {
    chosen[line] = index;
    pressOnly(rows[line], [index]);
  }

  const texts = rights.map((html, index) => make("li", {}, letter(index), rendered("span", {}, html)));
  const lines = lefts.map((html, line) => {
    const buttons = make("div", { class: "match-row" }, ...rows[line]);
    return make("div", { class: "match" }, rendered("p", {}, html), buttons);
  });
  const hint = make("p", { class: "hint" }, words.match);
  const go = sendButton(words, () => send([...chosen]));
  const element = make("div", {}, hint, make("ol", { class: "rights" }, ...texts), ...lines, go);
  return {
    element,
    set: (/** @type {Chosen} */ answer) => {
      for (const [line, index] of answer.entries()) choose(line, index);
    },
    shut: () => disable(element),
    reveal: ({ right }) => {
      for (const [line, buttons] of rows.entries()) buttons[right[line]].classList.add("right");
    },
  };
}

/**
 * @param {Matching} question
 * @param {Known} known
 */
function bothSides({ lefts, rights }, { answered, tally }) {
  const rows = lefts.map((html, line) => {
    const right = answered ? [letter(answered.right[line])] : [];
    return listRow(html, ...right, ...shareBar(tally, line));
  });
  const texts = rights.map((html, index) => {
    const text = rendered("div", { class: "option-text" }, html);
    return make("li", { class: "board-option" }, letter(index), text);
  });
  const sides = [rows, texts].map((side) => make("ul", { class: "board-options long" }, ...side));
  return make("div", { class: "board-sides" }, ...sides);
}

/**
 * @param {{pairs?: Record<string, unknown>[], distractors?: unknown[]}} question
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
function pairFields(question, path, words, redraw) {
  question.pairs ??= [];
  question.distractors ??= [];
  const { pairs, distractors } = question;
  /** @param {number} index */
  const pair = (index) => {
    const where = `${path}.pairs[${index}]`;
    const left = bilingualField(pairs[index], "left", words.left, words, { path: `${where}.left` });
    return make(
      "div",
      {},
      left,
      bilingualField(pairs[index], "right", words.right_side, words, { path: `${where}.right` }),
    );
  };
  /** @param {number} index */
  const distractor = (index) =>
    bilingualField(distractors, index, words.right_side, words, { path: `${path}.distractors[${index}]` });
  const belong = { row: pair, fresh: { left: "", right: "" }, path: `${path}.pairs`, least: 2 };
  const further = { row: distractor, fresh: "", path: `${path}.distractors`, least: 0 };
  return make(
    "div",
    {},
    entryList(pairs, words.pairs, words, redraw, belong),
    entryList(distractors, words.distractors, words, redraw, further),
  );
}
