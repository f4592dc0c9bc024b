// Who is in the room and who asks to be let in, with names and codes: for staff alone.

import { make } from "../lib/dom.js";
import { fill } from "../lib/sentences.js";

/** @import { Parts } from "../lib/dom.js" */
/** @import { Words } from "../lib/sentences.js" */

/**
 * @typedef {object} PlayerRow
 * @property {number} id
 * @property {string} nickname
 * @property {string} neptun
 * @property {string} name
 * @property {string} proof how they joined: a word of the page has its name
 * @property {boolean} kicked
 * @property {boolean | null} connected null where it is not known
 */

/**
 * Somebody who wants to join, by another device or with a code that is almost right.
 *
 * @typedef {object} JoinRequest
 * @property {number} id
 * @property {"device" | "near"} kind
 * @property {string} typed
 * @property {string} neptun
 * @property {string} name
 */

/** @typedef {{players: PlayerRow[], knocks: JoinRequest[], connected: number | null}} People */
/** @typedef {(what: string, body: Record<string, unknown>) => unknown} Send */

/**
 * @param {People} people
 * @param {Parts} part
 * @param {Words} words
 * @param {Send} send
 */
export function showPeople({ players, knocks, connected }, part, words, send) {
  const counts = { n: connected, of: players.length };
  part("connected").textContent = connected === null ? "" : fill(words.connected, counts);
  part("players").replaceChildren(...players.map((player) => playerRow(player, words, send)));
  part("knocks-box").hidden = knocks.length === 0;
  part("knocks").replaceChildren(...knocks.map((request) => requestRow(request, words, send)));
}

/**
 * @param {PlayerRow} player
 * @param {Words} words
 * @param {Send} send
 */
function playerRow(player, words, send) {
  const { connected, kicked } = player;
  const act = () => send(`players/${player.id}`, { kicked: !kicked });
  const button = actButton(kicked ? words.forgive : words.kick, act);
  const here = connected ? words.yes : words.no;
  const look = connected ? "good" : "warn";
  const badge =
    connected === null
      ? make("span", { class: "badge " }, words.unknown)
      : make("span", { class: `badge ${look}` }, here);
  const code = make("span", { class: "code" }, player.neptun);
  const cells = [player.nickname, player.name, code, words[player.proof], badge, button];
  return make("tr", { class: kicked ? "out" : "" }, ...cells.map((cell) => make("td", {}, cell)));
}

/**
 * @param {JoinRequest} request
 * @param {Words} words
 * @param {Send} send
 */
function requestRow(request, words, send) {
  const isDevice = request.kind === "device";
  const facts = { name: request.name, code: request.neptun, typed: request.typed };
  const sentence = fill(isDevice ? words.knock_device : words.knock_near, facts);
  /** @param {boolean} let_in */
  const settle = (let_in) => () => send(`knocks/${request.id}`, { let_in });
  const admit = isDevice ? [actButton(words.let_in, settle(true), " main")] : [];
  const buttons = make("span", { class: "row" }, ...admit, actButton(words.dismiss, settle(false)));
  return make("li", {}, make("span", {}, sentence), buttons);
}

/**
 * @param {string} word
 * @param {() => void} act
 * @param {string} [look]
 */
function actButton(word, act, look = "") {
  const button = make("button", { class: `button small${look}`, type: "button" }, word);
  button.addEventListener("click", act);
  return button;
}
