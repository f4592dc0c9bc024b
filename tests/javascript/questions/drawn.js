// A question as a phone draws it, and what was sent.

import { control } from "../../../server/static/js/questions/all.js";
import { WORDS } from "./words.js";

/** Draw a question. `sent` grows with each answer that is given. */
export function drawn(question) {
  const sent = [];
  const made = control(question, WORDS, (answer) => sent.push(answer));
  const all = (selector) => made.element.querySelectorAll(selector);
  const right = (selector) => all(selector).map((one) => one.classList.contains("right"));
  const pressed = (selector) => all(selector).map((one) => one.getAttribute("aria-pressed") === "true");
  return { ...made, sent, all, right, pressed, send: () => all(".go")[0].click() };
}
