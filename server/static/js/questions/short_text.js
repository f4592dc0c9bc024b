// A question for a word or two.

import { make } from "../lib/dom.js";
import { flagField, numberField, textField } from "../lib/form_fields.js";
import { asTables, entryList } from "../lib/form_lists.js";
import { register } from "./registry.js";
import { typedAnswer } from "./typed_answer.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Focus } from "./registry.js" */

/** @typedef {{text?: unknown, credit?: unknown}} AcceptedText */

register({
  name: "text",
  control: (_question, words, send) => typedAnswer({ label: words.word_or_two }, words, send),
  starter: () => ({ accepted: [""] }),
  form: textFields,
});

/**
 * @param {{accepted?: (AcceptedText | string)[], case_sensitive?: boolean}} question
 * @param {string} path
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
function textFields(question, path, words, redraw) {
  question.accepted ??= [];
  const list = /** @type {AcceptedText[]} */ (asTables(question.accepted, "text"));
  /** @param {number} index */
  const row = (index) => {
    const where = `${path}.accepted[${index}]`;
    return make(
      "div",
      { class: "form-row" },
      textField(list[index], "text", words.form_text, { path: `${where}.text` }),
      numberField(list[index], "credit", words.credit, { path: `${where}.credit`, usual: 1 }),
    );
  };
  const accepted = { row, fresh: { text: "" }, path: `${path}.accepted` };
  return make(
    "div",
    {},
    entryList(list, words.accepted_texts, words, redraw, accepted),
    flagField(question, "case_sensitive", words.case_sensitive, false),
  );
}
