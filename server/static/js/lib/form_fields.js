// The fields of which the form of a quiz is made; each writes into a table of the document.

import { make } from "./dom.js";

/** @import { AttributeValue, Child } from "./dom.js" */
/** @import { Words } from "./sentences.js" */

/** @typedef {Record<string | number, any>} Table a table of the document, or a list of it */

let counted = 0;

function freshId() {
  counted += 1;
  return `f${counted}`;
}

/**
 * A field with its label: `input` is any control.
 *
 * @param {string} label
 * @param {HTMLElement} input
 * @param {string} [hint]
 */
export function field(label, input, hint = "") {
  input.id ||= freshId();
  const said = hint ? make("span", { class: "hint", id: `${input.id}-hint` }, hint) : null;
  if (said) input.setAttribute("aria-describedby", said.id);
  return make("div", { class: "field" }, make("label", { for: input.id }, label), input, said);
}

/**
 * A line of text; an empty one is none.
 *
 * @param {Table} table
 * @param {string} name
 * @param {string} label
 * @param {{type?: string, path?: string, hint?: string, changed?: () => void}} [look]
 */
export function textField(table, name, label, { type = "text", path = "", hint = "", changed } = {}) {
  const input = make("input", { type, "data-path": path, autocomplete: "off" });
  input.value = table[name] ?? "";
  input.addEventListener("input", () => {
    if (input.value) table[name] = input.value;
    else delete table[name];
    changed?.();
  });
  return field(label, input, hint);
}

/**
 * A number, with comma or point; what is none goes to the server as it is, which says what is wrong.
 *
 * @param {Table} table
 * @param {string} name
 * @param {string} label
 * @param {{path?: string, usual?: number}} [look] the usual number is not written down
 */
export function numberField(table, name, label, { path = "", usual } = {}) {
  const input = make("input", { type: "text", inputmode: "decimal", "data-path": path, autocomplete: "off" });
  input.value = table[name] ?? usual ?? "";
  input.addEventListener("input", () => {
    const value = asNumber(input.value);
    if (value === "" || value === usual) delete table[name];
    else table[name] = value;
  });
  return field(label, input);
}

/**
 * @param {string} text
 * @returns {number | string} the text itself where it is no number
 */
export function asNumber(text) {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return "";
  return Number.isFinite(Number(plain)) ? Number(plain) : text;
}

/**
 * One of some values, of which the first is usual and not written down.
 *
 * @param {Table} table
 * @param {string} name
 * @param {string} label
 * @param {string[]} values
 * @param {Words} words has `name_value` for each of them
 */
export function choiceField(table, name, label, values, words) {
  const chosen = table[name] ?? values[0];
  const options = values.map((value) =>
    make("option", { value, selected: value === chosen }, words[`${name}_${value}`]),
  );
  const select = make("select", {}, ...options);
  select.addEventListener("change", () => {
    if (select.value === values[0]) delete table[name];
    else table[name] = select.value;
  });
  return field(label, select);
}

/**
 * Yes or no; what is usual is not written down.
 *
 * @param {Table} table
 * @param {string} name
 * @param {string} label
 * @param {boolean} usual
 */
export function flagField(table, name, label, usual) {
  const input = make("input", { type: "checkbox", id: freshId() });
  input.checked = table[name] ?? usual;
  input.addEventListener("change", () => {
    if (input.checked === usual) delete table[name];
    else table[name] = input.checked;
  });
  return make("label", { class: "check" }, input, ` ${label}`);
}

/**
 * A text in both languages, side by side; without a Hungarian one the English stands for both.
 *
 * @param {Table} table
 * @param {string | number} name
 * @param {string} label
 * @param {Words} words
 * @param {{path?: string, rows?: number, optional?: boolean}} [look] an optional text that is empty is none
 */
export function bilingualField(table, name, label, words, { path = "", rows = 1, optional = false } = {}) {
  const now = table[name] ?? "";
  const texts = typeof now === "object" ? { ...now } : { en: now, hu: "" };
  const keep = () => {
    if (texts.hu && texts.hu !== texts.en) table[name] = { en: texts.en, hu: texts.hu };
    else if (texts.en || !optional) table[name] = texts.en;
    else delete table[name];
  };
  /**
   * @param {"en" | "hu"} language
   * @param {string} placeholder
   */
  const side = (language, placeholder) => {
    const look = { "data-path": `${path}.${language}`, placeholder };
    const input =
      rows > 1
        ? make("textarea", { ...look, rows })
        : make("input", { ...look, type: "text", autocomplete: "off" });
    input.value = texts[language] ?? "";
    input.lang = language;
    input.addEventListener("input", () => {
      texts[language] = input.value;
      keep();
    });
    return field(`${label} (${language.toUpperCase()})`, input);
  };
  return make("div", { class: "form-duo" }, side("en", ""), side("hu", words.as_english));
}

/**
 * Words between commas, as a list; no word is no list.
 *
 * @param {Table} table
 * @param {string} name
 * @param {string} text
 */
export function splitList(table, name, text) {
  const found = text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  if (found.length) table[name] = found;
  else delete table[name];
}

/** @type {WeakSet<object>} tables whose further fields are seen: drawing anew leaves them open */
const opened = new WeakSet();

/**
 * Fields of a table that are seldom needed.
 *
 * @param {object} table
 * @param {string} summary
 * @param {Record<string, AttributeValue>} attributes
 * @param {...Child} children
 */
export function foldedFields(table, summary, attributes, ...children) {
  const look = { ...attributes, open: opened.has(table) };
  const details = make("details", look, make("summary", {}, summary), ...children);
  details.addEventListener("toggle", () => opened[details.open ? "add" : "delete"](table));
  return details;
}

/**
 * A small button. `act` says what it does, so that the focus finds it again after drawing anew.
 *
 * @param {string} sign
 * @param {string} label
 * @param {() => void} press
 * @param {{act?: string, disabled?: boolean}} [look]
 */
export function toolButton(sign, label, press, { act = "", disabled = false } = {}) {
  const look = { class: "button small", type: "button", "data-act": act, title: label, disabled };
  const button = make("button", { ...look, "aria-label": label }, sign);
  button.addEventListener("click", press);
  return button;
}
