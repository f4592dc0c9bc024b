// A question for the shape of a tensor.

import { asNumber, textField } from "../lib/form_fields.js";
import { register } from "./registry.js";
import { typedAnswer } from "./typed_answer.js";

/** @import { Words } from "../lib/sentences.js" */

register({
  name: "shape",
  control: (_question, words, send) => typedAnswer({ label: words.shape }, words, send),
  starter: () => ({ shape: [64, 1, 28, 28] }),
  form: shapeField,
});

/**
 * @param {{shape?: (number | string)[]}} question
 * @param {string} path
 * @param {Words} words
 */
function shapeField(question, path, words) {
  const typed = { text: (question.shape ?? []).join(", ") };
  const changed = () => {
    question.shape = readShape(typed.text ?? "");
  };
  return textField(typed, "text", words.shape, { path: `${path}.shape`, changed });
}

/**
 * The sizes in a text: (64, 1, 28, 28), 64x1x28x28 or [64 1 28 28].
 *
 * @param {string} text
 */
export function readShape(text) {
  const sizes = text.replace(/[()[\]]/g, " ").split(/[\s,;x×]+/);
  return sizes.filter(Boolean).map(asNumber);
}
