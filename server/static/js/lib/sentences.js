// Sentences of a page with their values, and what a refusal of the server says.

/** @typedef {Record<string, string>} Words */

/**
 * A problem document (RFC 9457), as far as pages show it.
 *
 * @typedef {object} Problem
 * @property {string} [title]
 * @property {string} [detail]
 * @property {string} [slug]
 */

/**
 * A sentence with its values: fill("{n} of {of}", {n: 1, of: 3}).
 *
 * @param {string} sentence
 * @param {Record<string, unknown>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
}

/**
 * A refusal in one line; empty where there is none.
 *
 * @param {Problem | null | undefined} problem
 */
export function problemSentence(problem) {
  return [problem?.title, problem?.detail].filter(Boolean).join(": ");
}
