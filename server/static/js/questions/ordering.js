// Items to be put in order. The answer is the list of their indices, the first on top.

import { make, rendered } from "../lib/dom.js";
import { bilingualField } from "../lib/form_fields.js";
import { entryList } from "../lib/form_lists.js";
import { disable, listRow, sendButton, shareBar } from "./parts.js";
import { register } from "./registry.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Control, Focus, Known } from "./registry.js" */

/** @typedef {{items: string[]}} Ordering */

register({
  name: "ordering",
  control: movableItems,
  board: orderedItems,
  starter: () => ({ items: ["", "", ""] }),
  form: itemFields,
});

/**
 * @param {Ordering} question
 * @param {Words} words
 * @param {(answer: number[]) => void} send
 * @returns {Control}
 */
function movableItems({ items }, words, send) {
  let order = items.map((_item, index) => index);
  const list = make("ol", { class: "ordering" });

  /** @param {{index: number, move: string}} [focus] */
  function show(focus) {
    list.replaceChildren(...order.map(row));
    if (!focus) return;
    const moved = list.children[focus.index];
    /** @type {HTMLElement | null} */ (moved?.querySelector(`[data-move="${focus.move}"]`))?.focus();
  }

  /**
   * @param {number} item
   * @param {number} index
   */
  function row(item, index) {
    const text = rendered("span", { class: "option-text" }, items[item]);
    const up = mover("up", "▲", index, index - 1);
    return make("li", {}, text, up, mover("down", "▼", index, index + 1));
  }

  /**
   * @param {"up" | "down"} move
   * @param {string} sign
   * @param {number} from
   * @param {number} to
   */
  function mover(move, sign, from, to) {
    const look = { type: "button", "data-move": move, "aria-label": words[move], disabled: !(to in order) };
    const button = make("button", look, sign);
    button.addEventListener("click", () => {
      [order[from], order[to]] = [order[to], order[from]];
      show({ index: to, move });
    });
    return button;
  }

  show();
  const go = sendButton(words, () => send([...order]));
  const element = make("div", {}, make("p", { class: "hint" }, words.order), list, go);
  return {
    element,
    set: (answer) => {
      order = [...answer];
      show();
    },
    shut: () => disable(element),
    reveal: ({ right }) => {
      const lines = right.map((/** @type {number} */ item) => rendered("li", {}, items[item]));
      const label = make("strong", {}, words.answer_is);
      element.append(make("div", { class: "right-is" }, label, make("ol", {}, ...lines)));
    },
  };
}

/**
 * @param {Ordering} question
 * @param {Known} known
 */
function orderedItems({ items }, { answered, tally }) {
  /** @type {number[]} */
  const order = answered ? answered.right : items.map((_item, index) => index);
  const rows = order.map((item) => listRow(items[item], ...shareBar(tally, item)));
  return make(answered ? "ol" : "ul", { class: "board-options long" }, ...rows);
}

/**
 * @param {{items?: unknown[]}} question
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
function itemFields(question, path, words, redraw) {
  question.items ??= [];
  const list = question.items;
  /** @param {number} index */
  const row = (index) => bilingualField(list, index, words.item, words, { path: `${path}.items[${index}]` });
  const place = { path: `${path}.items`, least: 2, ordered: true };
  return entryList(list, words.items_in_order, words, redraw, { ...place, row, fresh: "" });
}
