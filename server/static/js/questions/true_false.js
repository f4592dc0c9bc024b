// A sentence that is true or false. The answer is `true` or `false`.

import { make } from "../lib/dom.js";
import { field } from "../lib/form_fields.js";
import { oneOption } from "./choice.js";
import { optionList } from "./parts.js";
import { register } from "./registry.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Control, Known, Shown } from "./registry.js" */

register({
  name: "true-false",
  control: trueOrFalse,
  board: truthOptions,
  starter: () => ({ correct: true }),
  form: truthField,
});

/**
 * @param {Shown} _question
 * @param {Words} words
 * @param {(answer: boolean) => void} send
 * @returns {Control}
 */
function trueOrFalse(_question, words, send) {
  const made = oneOption({ options: truths(words) }, words, (index) => send(index === 0));
  return {
    ...made,
    set: (answer) => made.set(answer ? 0 : 1),
    reveal: ({ right }) => made.reveal({ right: [right ? 0 : 1] }),
  };
}

/**
 * @param {Shown} _question
 * @param {Known} known
 */
function truthOptions(_question, { words, answered, tally, before }) {
  const right = answered && { ...answered, right: [answered.right ? 0 : 1] };
  return optionList(truths(words), { answered: right, tally, before });
}

/**
 * The two options, as HTML.
 *
 * @param {Words} words
 */
function truths(words) {
  return [words.true, words.false].map((text) => make("span", {}, text).innerHTML);
}

/**
 * @param {{correct?: boolean}} question
 * @param {string} path
 * @param {Words} words
 */
function truthField(question, path, words) {
  const select = make(
    "select",
    { "data-path": `${path}.correct` },
    make("option", { value: "yes", selected: question.correct === true }, words.true),
    make("option", { value: "no", selected: question.correct !== true }, words.false),
  );
  select.addEventListener("change", () => {
    question.correct = select.value === "yes";
  });
  return field(words.it_is, select);
}
