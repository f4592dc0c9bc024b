// What a type of question is, and the types that are known.

import { make } from "../lib/dom.js";
import { typedList } from "./parts.js";

/** @import { Words } from "../lib/sentences.js" */

/**
 * A question as the server shows it before its answer is known. Further fields are its type's own.
 *
 * @typedef {object} Shown
 * @property {string} type
 * @property {string} text HTML that the server rendered
 * @property {number} seconds
 */

/**
 * What was right, in the terms of the screen. The form of `right` is its type's own.
 *
 * @typedef {object} Answered
 * @property {any} right
 * @property {string} [explanation] HTML that the server rendered
 * @property {(string | null)[]} [feedback] by option
 * @property {boolean} [void] it counts for nobody
 * @property {number[]} [void_options]
 */

/**
 * How the room answered.
 *
 * @typedef {object} Tally
 * @property {number} answers
 * @property {number} right
 * @property {number[]} [bars]
 * @property {number[][]} [cells]
 * @property {{text: string, count: number, credit: number}[]} [typed]
 */

/**
 * A question that can be answered: `shut` when time is up, `reveal` when it is known what was right.
 *
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {(answer: any) => void} set shows an answer that was given before
 * @property {() => void} shut
 * @property {(answered: Answered) => void} reveal
 */

/**
 * Where the focus goes after a list of the editor was drawn anew.
 *
 * @typedef {{path: string, index: number, act?: string}} Focus
 */

/**
 * Everything the browser knows about one type of question.
 *
 * @typedef {object} QuestionType
 * @property {string} name as in the file of a quiz
 * @property {(question: any, words: Words, send: (answer: any) => void) => Control} control
 * answers it on a phone; `send` gets the answer as the server parses it
 * @property {(question: any, known: Known) => HTMLElement} [board]
 * shows it on the projector and to staff; without one, what was typed is listed
 * @property {() => Record<string, unknown>} starter the fields of a new question in the editor
 * @property {(question: any, path: string, words: Words, redraw: (focus: Focus) => void) => HTMLElement} form
 * the fields of the editor, which write into the question
 */

/**
 * What may be shown of a question by now.
 *
 * @typedef {{words: Words, answered?: Answered, tally?: Tally, before?: Tally}} Known
 */

/** @type {Map<string, QuestionType>} */
const types = new Map();

/**
 * Make a type known. The order is that of the editor's list.
 *
 * @param {QuestionType} type
 */
export function register(type) {
  types.set(type.name, type);
}

/** The names of all types. */
export function typeNames() {
  return [...types.keys()];
}

/**
 * What answers a question, below its text. Throws where its type is not known.
 *
 * @param {Shown} question
 * @param {Words} words
 * @param {(answer: any) => void} send
 */
export function control(question, words, send) {
  const type = types.get(question.type);
  if (!type) throw new Error(`no type of question is named ${question.type}`);
  return type.control(question, words, send);
}

/**
 * The options or parts of a question to look at; with a tally their bars, with `answered` what was right.
 *
 * @param {Shown} question
 * @param {Known} known
 */
export function board(question, known) {
  const made = types.get(question.type)?.board?.(question, known) ?? typedList(known);
  return make("div", { class: "board" }, made);
}

/**
 * A new question of a type, as the editor begins with it.
 *
 * @param {string} name
 * @param {string} id
 */
export function starter(name, id) {
  return { id, type: name, text: "", ...types.get(name)?.starter() };
}

/**
 * What the editor asks for a question, beyond what all questions have.
 *
 * @param {{type?: string}} question
 * @param {string} path of the question in the document
 * @param {Words} words
 * @param {(focus: Focus) => void} redraw
 */
export function typeFields(question, path, words, redraw) {
  const type = types.get(question.type ?? "");
  return type?.form(question, path, words, redraw) ?? make("p", { class: "hint" }, words.unknown_type);
}
