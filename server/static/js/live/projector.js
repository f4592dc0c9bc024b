// The projector of a live quiz: what the whole hall sees, large, and nothing that tells who somebody is.

import { find, findAll, make, partsOf, readJson, showRendered } from "../lib/dom.js";
import { fill } from "../lib/sentences.js";
import { keepStream } from "../lib/stream.js";
import { drawTimeLeft, timeLeft } from "./question_timer.js";
import { drawQuestion, variantNote, voteNote } from "./room_view.js";
import { recordAnswer, serverTime } from "./synchronized_clock.js";

/** @import { Tally } from "../questions/registry.js" */
/** @import { RankRow, RoomView } from "./room_view.js" */

const TICK_MS = 200;
const HURRY_MS = 5500;
const LARGEST = 100; // percent
const LEGIBLE = 70; // what is smaller is tried with the options beside the question, too
const SMALLEST = 30;
const FINER = 5;

const root = find(document, "[data-projector]");
const words = readJson(root, "words");
const part = partsOf(root);
/** @type {RoomView | null} */
let seen = null;
let drawn = ""; // the question that is on the screen, so that it is drawn once

keepStream(root.dataset.events ?? "", {
  events: { state: take },
  opened: () => {
    part("link").hidden = true;
  },
  failed: () => {
    part("link").hidden = false;
  },
});
setInterval(tick, TICK_MS);
document.fonts.ready.then(fit);
addEventListener("resize", fit);
root.addEventListener("load", fit, true); // of a picture, which has no size before
part("fullscreen").addEventListener("click", () => document.documentElement.requestFullscreen?.());

/** @param {RoomView} room */
function take(room) {
  const now = Date.now();
  recordAnswer(room.now, now, now);
  seen = room;
  for (const screen of findAll(root, "[data-screen]")) {
    screen.hidden = !screen.dataset.screen?.split(" ").includes(room.phase);
  }
  part("joined").textContent = fill(words.joined, { n: room.joined });
  part("word-box").hidden = !room.word;
  if (room.word) part("word").textContent = room.word;
  part("locked").hidden = !room.locked;
  if (room.phase === "lobby") showNames(room.nicknames ?? []);
  else if (room.phase === "standings") showRanks(room.top ?? []);
  else if (room.phase === "podium") showPodium(room.top ?? []);
  else showQuestion(room);
  tick();
  if (!isWhole()) fit(); // the head of the page may have grown
}

/** @param {string[]} nicknames */
function showNames(nicknames) {
  const list = part("names");
  const known = new Set([...list.children].map((one) => one.textContent));
  if (nicknames.length < known.size) list.replaceChildren();
  for (const name of nicknames) if (!known.has(name)) list.prepend(make("li", {}, name));
}

/** @param {RoomView} room */
function showQuestion(room) {
  const number = fill(words.question_of, { n: room.number, of: room.of });
  part("number").textContent = number + voteNote(room, words.again);
  part("answered").textContent = fill(words.answered, { n: room.answered, of: room.joined });
  const isTold = room.phase === "reveal";
  const wanted = `${room.round} ${isTold ? room.v : ""}`;
  if (drawn === wanted || !room.question) return;
  drawn = wanted;
  const answered = isTold ? room.answered_by : undefined;
  const places = { text: part("text"), board: part("board") };
  drawQuestion(room, places, { words, isTold, answered }, ...variantNote(room, words));
  const why = answered?.explanation;
  part("why").hidden = !why;
  if (why) showRendered(part("why"), why);
  fit();
}

/** Nobody scrolls a projector: what is too much is drawn smaller. What is hidden has no size yet. */
function fit() {
  const { classList, offsetParent } = part("asked");
  if (offsetParent === null) return;
  classList.remove("beside");
  const below = fittingSize();
  if (below >= LEGIBLE) return;
  classList.add("beside");
  if (fittingSize() > below) return;
  classList.remove("beside");
  fittingSize();
}

/** The largest size at which all is to be seen, which it then has. */
function fittingSize() {
  for (let size = LARGEST; size > SMALLEST; size -= FINER) {
    part("asked").style.fontSize = `${size}%`;
    if (isWhole()) return size;
  }
  part("asked").style.fontSize = `${SMALLEST}%`;
  return SMALLEST;
}

/** Whether all of the question is to be seen, long lines of code too. */
function isWhole() {
  if (document.documentElement.scrollHeight > innerHeight) return false;
  const wide = part("asked").querySelectorAll("pre, table, .math, .option-text, .wall-text");
  return [...wide].every((one) => one.scrollWidth <= one.clientWidth || one.clientWidth === 0);
}

/** @param {RankRow[]} top */
function showRanks(top) {
  const rows = top.map(({ place, nickname, points }) => {
    const rank = make("span", { class: "place" }, `${place}.`);
    return make("li", {}, rank, ...whoAndScore(nickname, points));
  });
  part("ranks").replaceChildren(...rows);
}

/** @param {RankRow[]} top the second on the left, the third on the right */
function showPodium(top) {
  const steps = [1, 0, 2].filter((index) => index in top);
  const rows = steps.map((index) => {
    const { place, nickname, points } = top[index];
    const block = make("span", { class: "block" }, String(place));
    return make("li", { class: `step step-${index + 1}` }, ...whoAndScore(nickname, points), block);
  });
  part("podium").replaceChildren(...rows);
}

/**
 * @param {string} nickname
 * @param {number} points
 */
function whoAndScore(nickname, points) {
  return [make("span", { class: "who" }, nickname), make("span", { class: "score" }, String(points))];
}

/** @param {Tally | undefined} tally */
function shareRight(tally) {
  return tally?.answers ? fill(words.share_right, { n: tally.right, of: tally.answers }) : "";
}

function tick() {
  const times = seen && timeLeft(seen, serverTime());
  part("soon").hidden = !(times && times.early > 0);
  const wasHidden = part("asked").hidden;
  part("asked").hidden = Boolean(times && times.early > 0);
  if (wasHidden && !part("asked").hidden) fit();
  if (!seen || !times) return;
  const running = times.over ? words.closed : String(times.seconds);
  part("left").textContent = seen.phase === "reveal" ? shareRight(seen.tally) : running;
  part("left").classList.toggle("hurry", !times.over && times.left < HURRY_MS);
  drawTimeLeft(part("timer"), times.share);
}
