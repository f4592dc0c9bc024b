// A room as the projector and the staff's view are told of it, and its question to look at.

import { make, showRendered } from "../lib/dom.js";
import { board } from "../questions/all.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Answered, Shown, Tally } from "../questions/registry.js" */

/**
 * Where a room stands. Moments are in milliseconds since 1970; the optional facts are those of a question.
 *
 * @typedef {object} RoomView
 * @property {number} now
 * @property {number} v grows with each change, also by the clock
 * @property {number} version grows with each press of staff
 * @property {string} phase
 * @property {number} of how many questions there are
 * @property {boolean} locked
 * @property {number} joined
 * @property {number} answered
 * @property {string} [word] that a player has to know
 * @property {number} [number]
 * @property {number} [vote]
 * @property {string} [round]
 * @property {number} [opens_at]
 * @property {number} [closes_at]
 * @property {number} [variants] more than one where everybody has numbers of their own
 * @property {Shown} [question]
 * @property {Answered} [answered_by]
 * @property {Tally} [tally]
 * @property {Tally} [before] of the vote before
 * @property {string[]} [nicknames]
 * @property {RankRow[]} [top]
 */

/** @typedef {{place: number, nickname: string, points: number}} RankRow */

/**
 * Draw the text and the board of the question that is asked.
 *
 * @param {RoomView} room
 * @param {{text: HTMLElement, board: HTMLElement}} places
 * @param {{words: Words, isTold: boolean, answered?: Answered}} known `isTold` where its tally may be seen
 * @param {...HTMLElement} notes below the board
 */
export function drawQuestion(room, places, { words, isTold, answered }, ...notes) {
  if (!room.question) return;
  const counted = isTold ? { tally: room.tally, before: room.before } : {};
  showRendered(places.text, room.question.text);
  places.board.replaceChildren(board(room.question, { words, answered, ...counted }), ...notes);
}

/**
 * A note where everybody has numbers of their own.
 *
 * @param {RoomView} room
 * @param {Words} words
 */
export function variantNote({ variants = 1 }, words) {
  return variants > 1 ? [make("p", { class: "muted" }, words.own_numbers)] : [];
}

/**
 * What stands after the number of a question that is voted on again.
 *
 * @param {RoomView} room
 * @param {string} word
 */
export function voteNote({ vote = 1 }, word) {
  return vote > 1 ? ` · ${word}` : "";
}
