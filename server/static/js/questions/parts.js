// The parts of which questions are drawn: letters, buttons, bars, and lines that say what is right.

import { make, rendered } from "../lib/dom.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Answered, Tally } from "./registry.js" */

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const LETTER_COLOURS = 6;
const LONG_OPTION = 60; // characters: beyond that an option wants a line of its own

/**
 * A letter in its colour and shape, the same on the phone and on the projector.
 *
 * @param {number} index
 */
export function letter(index) {
  const look = `letter letter-${index % LETTER_COLOURS}`;
  return make("span", { class: look, "aria-hidden": "true" }, LETTERS[index]);
}

// --- answering ---

/**
 * Formulas within a button have no name: there they are read as LaTeX.
 *
 * @template {Element} Text
 * @param {Text} text
 * @returns {Text}
 */
export function spoken(text) {
  for (const formula of text.querySelectorAll("math")) {
    formula.setAttribute("aria-hidden", "true");
    formula.after(make("span", { class: "hush" }, formula.getAttribute("alttext") ?? formula.textContent));
  }
  return text;
}

/**
 * @param {Words} words
 * @param {() => void} send
 */
export function sendButton(words, send) {
  const button = make("button", { class: "go", type: "button" }, words.send);
  button.addEventListener("click", send);
  return button;
}

/**
 * @param {Element} button
 * @param {boolean} pressed
 */
export function press(button, pressed) {
  button.setAttribute("aria-pressed", String(pressed));
}

/**
 * Press the buttons whose indices are chosen, and no others.
 *
 * @param {Element[]} buttons
 * @param {(number | null)[]} chosen
 */
export function pressOnly(buttons, chosen) {
  for (const [index, button] of buttons.entries()) press(button, chosen.includes(index));
}

/** @param {Element} button */
export function isPressed(button) {
  return button.getAttribute("aria-pressed") === "true";
}

/**
 * Time is up: nothing can be changed or sent any more.
 *
 * @param {HTMLElement} element
 */
export function disable(element) {
  for (const one of element.querySelectorAll("button, input")) one.toggleAttribute("disabled", true);
  element.querySelector(".go")?.remove();
}

/**
 * A line that says what is right.
 *
 * @param {Words} words
 * @param {unknown} right one right answer, or a list of them
 */
export function rightAnswer(words, right) {
  const all = [right].flat().join(" · ");
  return make("p", { class: "right-is" }, make("strong", {}, words.answer_is), ` ${all}`);
}

// --- looking at a question and its answers ---

/**
 * Lettered options; with a tally their bars, with `answered` which are right.
 *
 * @param {string[]} options HTML that the server rendered
 * @param {{answered?: Answered, tally?: Tally, before?: Tally}} known
 */
export function optionList(options, { answered, tally, before }) {
  const most = Math.max(1, ...(tally?.bars ?? []), ...(before?.bars ?? []));
  const rows = options.map((html, index) => {
    const right = answered?.right.includes(index);
    const voided = answered?.void_options?.includes(index);
    const text = rendered("div", { class: "option-text" }, html);
    const look = `board-option${right ? " right" : ""}${voided ? " voided" : ""}`;
    const row = make("li", { class: look }, letter(index), text);
    if (right) row.append(make("span", { class: "tick", "aria-hidden": "true" }, "✓"));
    if (tally?.bars) row.append(bars(tally.bars[index], most, before?.bars?.[index]));
    return row;
  });
  return make("ul", { class: `board-options${options.some(isLong) ? " long" : ""}` }, ...rows);
}

/** @param {string} html */
function isLong(html) {
  return html.replace(/<[^>]*>/g, "").length > LONG_OPTION || html.includes("<pre");
}

/**
 * A line of a list that is looked at.
 *
 * @param {string} html
 * @param {...Node} further
 */
export function listRow(html, ...further) {
  return make("li", { class: "board-option" }, rendered("div", { class: "option-text" }, html), ...further);
}

/**
 * The bar of how many of all were right here; nothing before there is a tally.
 *
 * @param {Tally | undefined} tally
 * @param {number} index
 */
export function shareBar(tally, index) {
  return tally?.bars ? [bars(tally.bars[index], Math.max(1, tally.answers))] : [];
}

/**
 * What is right and what was typed, for questions whose answer is typed.
 *
 * @param {{words: Words, answered?: Answered, tally?: Tally}} known
 */
export function typedList({ words, answered, tally }) {
  const made = make("div", { class: "board-typed" });
  if (answered) made.append(rightAnswer(words, answered.right));
  if (tally?.typed) {
    const most = Math.max(1, ...tally.typed.map((one) => one.count));
    const rows = tally.typed.map((one) => {
      const right = answered && one.credit >= 1;
      const text = make("div", { class: "option-text" }, one.text);
      return make("li", { class: `board-option${right ? " right" : ""}` }, text, bars(one.count, most));
    });
    made.append(make("ul", { class: "board-options long" }, ...rows));
  } else if (tally) {
    made.append(make("p", {}, `${words.right_count}: ${tally.right} / ${tally.answers}`));
  }
  return made;
}

/**
 * One bar, or two: the first vote pale above the second.
 *
 * @param {number} count
 * @param {number} most what a full bar stands for
 * @param {number} [before]
 */
function bars(count, most, before) {
  const box = make("div", { class: "bars" });
  if (before !== undefined) box.append(bar(before, most, "before"));
  box.append(bar(count, most, ""));
  return box;
}

/**
 * @param {number} count
 * @param {number} most
 * @param {string} kind
 */
function bar(count, most, kind) {
  const filled = make("span", { class: "bar-fill" });
  filled.style.width = `${(100 * count) / most}%`;
  const track = make("span", { class: "bar-track" }, filled);
  return make(
    "div",
    { class: `bar-row ${kind}` },
    track,
    make("span", { class: "bar-count" }, String(count)),
  );
}
