// What came of an answer, in words: the same on the phone and in a replay.

import { make, rendered } from "../lib/dom.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Answered } from "../questions/registry.js" */

/**
 * "void", "none" where there is no credit, "right", "partly" or "wrong": a word of the page has each name.
 *
 * @param {Answered} answered
 * @param {number | undefined} credit as a share
 */
export function verdict(answered, credit) {
  if (answered.void) return "void";
  if (credit === undefined) return "none";
  if (credit >= 1) return "right";
  return credit > 0 ? "partly" : "wrong";
}

/**
 * The verdict and what explains it; what else there is to say stands between.
 *
 * @param {Answered} answered
 * @param {number | undefined} credit
 * @param {Words} words
 * @param {...HTMLElement} between
 */
export function outcomeLines(answered, credit, words, ...between) {
  const came = verdict(answered, credit);
  const lines = [make("p", { class: `verdict ${came}` }, words[came]), ...between];
  if (answered.explanation) lines.push(rendered("div", { class: "explanation" }, answered.explanation));
  return lines;
}
