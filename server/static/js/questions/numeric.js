// A question for a number, with a unit perhaps.

import { make } from "../lib/dom.js";
import { numberField, textField } from "../lib/form_fields.js";
import { asTables, entryList } from "../lib/form_lists.js";
import { register } from "./registry.js";
import { typedAnswer } from "./typed_answer.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Focus } from "./registry.js" */

/** @typedef {{value?: unknown, tolerance?: unknown, credit?: unknown}} AcceptedNumber */

register({
  name: "numeric",
  control: ({ unit }, words, send) =>
    typedAnswer({ label: words.number, inputmode: "decimal", unit }, words, send),
  starter: () => ({ accepted: [{ value: 0, tolerance: 0 }] }),
  form: numberFields,
});

/**
 * @param {{accepted?: (AcceptedNumber | number)[], unit?: string}} question
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
function numberFields(question, path, words, redraw) {
  question.accepted ??= [];
  const list = /** @type {AcceptedNumber[]} */ (asTables(question.accepted, "value"));
  /** @param {number} index */
  const row = (index) => {
    const where = `${path}.accepted[${index}]`;
    return make(
      "div",
      { class: "form-row" },
      numberField(list[index], "value", words.value, { path: `${where}.value` }),
      numberField(list[index], "tolerance", words.tolerance, { path: `${where}.tolerance`, usual: 0 }),
      numberField(list[index], "credit", words.credit, { path: `${where}.credit`, usual: 1 }),
    );
  };
  const accepted = { row, fresh: { value: 0 }, path: `${path}.accepted` };
  return make(
    "div",
    {},
    entryList(list, words.accepted_numbers, words, redraw, accepted),
    textField(question, "unit", words.unit, { path: `${path}.unit` }),
  );
}
