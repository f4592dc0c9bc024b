// The field in which an answer is typed. The answer is the text: the server knows how numbers are written.

import { make } from "../lib/dom.js";
import { disable, rightAnswer } from "./parts.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Control } from "./registry.js" */

/**
 * @param {{label: string, inputmode?: "text" | "decimal", unit?: string | null}} look
 * @param {Words} words
 * @param {(answer: string) => void} send
 * @returns {Control}
 */
export function typedAnswer({ label, inputmode = "text", unit = null }, words, send) {
  const input = make("input", {
    class: "big-input",
    id: "typed",
    inputmode,
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: "200",
    enterkeyhint: "send",
  });
  const form = make(
    "form",
    { class: "typed" },
    make("label", { for: "typed" }, label),
    make("div", { class: "typed-row" }, input, unit ? make("span", { class: "unit" }, unit) : null),
    make("button", { class: "go" }, words.send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) send(input.value);
  });
  return {
    element: form,
    set: (answer) => {
      input.value = answer;
    },
    shut: () => disable(form),
    reveal: ({ right }) => form.append(rightAnswer(words, right)),
  };
}
