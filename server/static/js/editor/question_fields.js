// What the form of a quiz asks for each question, whatever its type.

import { make } from "../lib/dom.js";
import { bilingualField, foldedFields, numberField, splitList, textField } from "../lib/form_fields.js";
import { fill } from "../lib/sentences.js";
import { typeFields } from "../questions/all.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Focus } from "../questions/registry.js" */

/**
 * A question in the document. Further fields are its type's own.
 *
 * @typedef {object} QuestionTable
 * @property {string} [id]
 * @property {string} [type]
 * @property {string | {en?: string, hu?: string}} [text]
 * @property {string} [generate] the name of what makes its numbers
 * @property {string[] | string} [tags]
 */

/**
 * The name of a type; some types have the name of a field.
 *
 * @param {string | undefined} type
 * @param {Words} words
 */
export function typeName(type, words) {
  return words[`${type}_type`] ?? words[type ?? ""] ?? type ?? "";
}

/**
 * How a question begins.
 *
 * @param {QuestionTable} question
 */
export function firstLine({ text, id }) {
  const said = typeof text === "object" ? text?.en : text;
  return String(said || id || "")
    .trim()
    .split("\n")[0];
}

/**
 * @param {QuestionTable} question
 * @param {string} path of the question in the document
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
export function questionFields(question, path, words, redraw) {
  const text = bilingualField(question, "text", words.text, words, { path: `${path}.text`, rows: 3 });
  const own = question.generate
    ? make("p", { class: "hint" }, fill(words.generated, { name: question.generate }))
    : typeFields(question, path, words, redraw);
  return [text, own, furtherFields(question, path, words)];
}

/**
 * @param {QuestionTable} question
 * @param {string} path
 * @param {Words} words
 */
function furtherFields(question, path, words) {
  const row = make(
    "div",
    { class: "form-row" },
    textField(question, "id", words.id, { path: `${path}.id`, hint: words.id_hint }),
    numberField(question, "seconds", words.seconds, { path: `${path}.seconds`, usual: 30 }),
    numberField(question, "points", words.points, { path: `${path}.points`, usual: 1000 }),
    numberField(question, "weight", words.weight, { path: `${path}.weight`, usual: 1 }),
    tagsField(question, path, words),
  );
  const look = { path: `${path}.explanation`, rows: 2, optional: true };
  const explanation = bilingualField(question, "explanation", words.explanation, words, look);
  return foldedFields(question, words.more, {}, row, explanation);
}

/**
 * Of a generated question the tags may be a name that stands for a value.
 *
 * @param {QuestionTable} question
 * @param {string} path
 * @param {Words} words
 */
function tagsField(question, path, words) {
  const look = { path: `${path}.tags` };
  if (typeof question.tags === "string") return textField(question, "tags", words.tags, look);
  const tags = { text: (question.tags ?? []).join(", ") };
  const changed = () => splitList(question, "tags", tags.text ?? "");
  return textField(tags, "text", words.tags, { ...look, hint: words.tags_hint, changed });
}
