// Lists of a form whose entries can be added, removed and, where their order matters, moved.

import { make } from "./dom.js";
import { toolButton } from "./form_fields.js";

/** @import { Words } from "./sentences.js" */

/**
 * What is seen of a list and what may be done with it.
 *
 * @typedef {object} ListLook
 * @property {(index: number) => HTMLElement} row draws one entry
 * @property {unknown} fresh what a new entry begins with
 * @property {string} path of the list in the document
 * @property {number} [least] so many entries stay
 * @property {boolean} [ordered] whether entries can be moved
 */

/**
 * A list with its buttons. `redraw` is told where the focus belongs after a change.
 *
 * @param {unknown[]} list
 * @param {string} label
 * @param {Words} words
 * @param {(focus: {path: string, index: number, act?: string}) => void} redraw
 * @param {ListLook} look
 */
export function entryList(list, label, words, redraw, { row, fresh, path, least = 1, ordered = false }) {
  /**
   * @param {number} index
   * @param {number} by
   * @param {string} act
   */
  const move = (index, by, act) => {
    list.splice(index + by, 0, ...list.splice(index, 1));
    redraw({ path, index: index + by, act });
  };
  /** @param {number} index */
  const remove = (index) => {
    list.splice(index, 1);
    redraw({ path, index: Math.min(index, list.length - 1), act: "remove" });
  };
  /** @param {number} index */
  const movers = (index) => {
    const [first, last] = [index === 0, index === list.length - 1];
    const up = { act: "up", disabled: first };
    const down = { act: "down", disabled: last };
    return [
      toolButton("▲", `${words.up} (${index + 1})`, () => move(index, -1, "up"), up),
      toolButton("▼", `${words.down} (${index + 1})`, () => move(index, 1, "down"), down),
    ];
  };
  /** @param {number} index */
  const remover = (index) => {
    const look = { act: "remove", disabled: list.length <= least };
    return toolButton("✕", `${words.remove} (${index + 1})`, () => remove(index), look);
  };
  const rows = list.map((_entry, index) => {
    const tools = [...(ordered ? movers(index) : []), remover(index)];
    return make("li", {}, row(index), make("div", { class: "form-tools" }, ...tools));
  });
  const look = { class: "button small", type: "button", "data-path": path, "data-act": "add" };
  const add = make("button", look, words.add_one);
  add.addEventListener("click", () => {
    list.push(structuredClone(fresh));
    redraw({ path, index: list.length - 1 });
  });
  const box = { class: "form-list", "data-list": path };
  return make("fieldset", box, make("legend", {}, label), make("ol", {}, ...rows), add);
}

/**
 * Entries that may stand in a short form become tables, which fields can write into.
 *
 * @template {object} T
 * @param {(T | unknown)[]} list changed in place
 * @param {string} short the field that the short form stands for
 * @returns {T[]}
 */
export function asTables(list, short) {
  list.forEach((one, index) => {
    if (typeof one !== "object") list[index] = { [short]: one };
  });
  return /** @type {T[]} */ (list);
}
