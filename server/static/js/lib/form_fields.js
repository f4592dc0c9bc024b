// The fields of which the form of a quiz is made; each writes into a table of the document.

import { make } from "../questions/controls.js";

let counted = 0;

const freshId = () => `f${(counted += 1)}`;

/** A field with its label: `input` is any control. */
export function field(label, input, hint) {
  input.id ||= freshId();
  const said = hint ? make("span", { class: "hint", id: `${input.id}-hint` }, hint) : null;
  if (said) input.setAttribute("aria-describedby", said.id);
  return make("div", { class: "field" }, make("label", { for: input.id }, label), input, said);
}

/** A line of text; an empty one is none. */
export function line(table, name, label, { type = "text", path = "", hint = "", changed } = {}) {
  const input = make("input", { type, "data-path": path, autocomplete: "off" });
  input.value = table[name] ?? "";
  input.addEventListener("input", () => {
    if (input.value) table[name] = input.value;
    else delete table[name];
    changed?.();
  });
  return field(label, input, hint);
}

/** A number, with comma or point; what is none goes to the server as it is, which says what is wrong. */
export function number(table, name, label, { path = "", usual } = {}) {
  const input = make("input", { type: "text", inputmode: "decimal", "data-path": path, autocomplete: "off" });
  input.value = table[name] ?? usual ?? "";
  input.addEventListener("input", () => {
    const value = asNumber(input.value);
    if (value === "" || value === usual) delete table[name];
    else table[name] = value;
  });
  return field(label, input);
}

export function asNumber(text) {
  const plain = text.trim().replace(",", ".");
  return plain === "" ? "" : Number.isFinite(Number(plain)) ? Number(plain) : text;
}

export function choice(table, name, label, values, words) {
  const select = make("select", {}, ...values.map((value) => make("option", { value, selected: value === (table[name] ?? values[0]) }, words[`${name}_${value}`])));
  select.addEventListener("change", () => {
    if (select.value === values[0]) delete table[name];
    else table[name] = select.value;
  });
  return field(label, select);
}

export function flag(table, name, label, usual) {
  const input = make("input", { type: "checkbox", id: freshId() });
  input.checked = table[name] ?? usual;
  input.addEventListener("change", () => {
    if (input.checked === usual) delete table[name];
    else table[name] = input.checked;
  });
  return make("label", { class: "check" }, input, ` ${label}`);
}

/** A text in both languages, side by side; without a Hungarian one the English stands for both. */
export function duo(table, name, label, words, { path = "", rows = 1, optional = false } = {}) {
  const now = table[name] ?? "";
  const texts = typeof now === "object" ? { ...now } : { en: now, hu: "" };
  const keep = () => {
    if (texts.hu && texts.hu !== texts.en) table[name] = { en: texts.en, hu: texts.hu };
    else if (texts.en || !optional) table[name] = texts.en;
    else delete table[name];
  };
  const side = (language, placeholder) => {
    const input = rows > 1 ? make("textarea", { rows, "data-path": `${path}.${language}`, placeholder }) : make("input", { type: "text", "data-path": `${path}.${language}`, placeholder, autocomplete: "off" });
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

/** Words between commas, as a list. */
export function splitList(table, name, text) {
  const found = text.split(",").map((one) => one.trim()).filter(Boolean);
  if (found.length) table[name] = found;
  else delete table[name];
}

const opened = new WeakSet(); // tables whose further fields are seen: drawing anew leaves them open

/** Fields of a table that are seldom needed. */
export function folded(table, summary, attributes, ...children) {
  const details = make("details", { ...attributes, open: opened.has(table) }, make("summary", {}, summary), ...children);
  details.addEventListener("toggle", () => opened[details.open ? "add" : "delete"](table));
  return details;
}

/** `act` says what it does, so that the focus finds it again after drawing anew. */
export function small(sign, label, press, { act = "", disabled = false } = {}) {
  const button = make("button", { class: "button small", type: "button", "data-act": act, "aria-label": label, title: label, disabled }, sign);
  button.addEventListener("click", press);
  return button;
}
