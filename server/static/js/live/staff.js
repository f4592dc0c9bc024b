// The staff's view of a live quiz: it moves the room on. Each press says on top of which version it was made,
// so that a double tap, or two devices, never skip a question.

import { find, findAll, make, partsOf, readJson, showRendered } from "../lib/dom.js";
import { askJson, sendJson } from "../lib/requests.js";
import { fill } from "../lib/sentences.js";
import { keepStream } from "../lib/stream.js";
import { isAsked, timeLeft } from "./question_timer.js";
import { drawQuestion, variantNote, voteNote } from "./room_view.js";
import { showPeople } from "./staff_people.js";
import { recordAnswer, serverTime } from "./synchronized_clock.js";

/** @import { Problem } from "../lib/sentences.js" */
/** @import { RoomView } from "./room_view.js" */

const TICK_MS = 250;

/**
 * What may be pressed in each phase, with its word; the first is what the space bar does.
 *
 * @type {Record<string, [to: string, word: string][]>}
 */
const STEPS = {
  lobby: [
    ["question", "first"],
    ["end", "end"],
  ],
  ready: [["close", "close"]],
  question: [["close", "close"]],
  closed: [
    ["reveal", "show"],
    ["again", "again"],
    ["standings", "ranks"],
  ],
  reveal: [
    ["question", "next"],
    ["standings", "ranks"],
    ["end", "end"],
  ],
  standings: [
    ["question", "next"],
    ["end", "end"],
  ],
  podium: [],
};

const root = find(document, "[data-staff]");
const words = readJson(root, "words");
const part = partsOf(root);
const { api = "", csrf = "" } = root.dataset;
/** @type {RoomView | null} */
let seen = null;
let drawn = "";

keepStream(`${api}/desk`, {
  events: { state: take, people: (people) => showPeople(people, part, words, send) },
  opened: () => {
    part("link").hidden = true;
  },
  failed: () => {
    part("link").hidden = false;
    look();
  },
});
setInterval(tick, TICK_MS);
document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.key !== " " || target.closest("input, textarea, button, a, summary, select")) return;
  event.preventDefault();
  part("buttons").querySelector("button")?.click();
});
part("lock").addEventListener("click", () => send("lock", { locked: !seen?.locked }));
part("discard").addEventListener("click", discard);
for (const button of findAll(root, "[data-rule]")) {
  button.addEventListener("click", () => rule(button.dataset.rule ?? ""));
}

/** While the stream is cut: a press must not wait for it. */
async function look() {
  try {
    const answer = await askJson(`${api}/desk`);
    if (!answer.ok) return;
    const room = await answer.json();
    take(room);
    showPeople(room.people, part, words, send);
  } catch (failure) {
    console.info(failure);
  }
}

// --- pressing ---

/**
 * @param {string} what
 * @param {Record<string, unknown>} body
 * @returns {Promise<Record<string, unknown> | null>} the server's answer, null where it refused
 */
async function send(what, body) {
  complain("");
  try {
    const answer = await sendJson("POST", `${api}/${what}`, csrf, body);
    if (answer.ok) {
      if (!part("link").hidden) look();
      return answer.status === 204 ? {} : await answer.json();
    }
    /** @type {Problem} */
    const refusal = await answer.json();
    complain(refusal.detail ?? "");
  } catch (failure) {
    console.info(failure);
    complain(words.offline);
  }
  return null;
}

/**
 * @param {string} to
 * @param {HTMLButtonElement} button
 */
async function press(to, button) {
  button.disabled = true;
  await send("advance", { to, version: seen?.version });
  await look(); // the next press is made on top of this one, however late the stream is
  button.disabled = false;
}

/** @param {string} kind */
async function rule(kind) {
  const question = seen?.round?.replace(/\.\d+$/, "");
  const changed = await send("rulings", { question, kind });
  if (changed) part("ruled").textContent = fill(words.ruled, changed);
}

async function discard() {
  const done = await send("counts", { counts: "discarded" });
  if (!done) return;
  part("discarded").textContent = words.discarded;
  await look();
}

/** @param {string} sentence */
function complain(sentence) {
  part("problem").textContent = sentence;
  part("problem").hidden = !sentence;
}

// --- showing ---

/** @param {RoomView} room */
function take(room) {
  const now = Date.now();
  recordAnswer(room.now, now, now);
  const moved = seen?.v !== room.v;
  seen = room;
  part("phase").textContent = words[room.phase];
  const asked = isAsked(room.phase);
  const counts = { answered: room.answered, joined: room.joined, n: room.joined };
  part("counts").textContent = fill(asked ? words.counts : words.joined, counts);
  part("word-box").hidden = !room.word;
  part("word").textContent = room.word ?? "";
  part("lock").setAttribute("aria-pressed", String(room.locked));
  part("lock").textContent = room.locked ? words.open_doors : words.shut_doors;
  if (moved) showButtons(room);
  part("question").hidden = !asked;
  if (asked) showQuestion(room);
  tick();
}

/** @param {RoomView} room */
function showButtons(room) {
  const isLast = room.number === room.of;
  const steps = STEPS[room.phase].filter(([to]) => !(to === "question" && isLast));
  const buttons = steps.map(([to, word], index) => {
    const look = { class: index === 0 ? "button main" : "button", type: "button", "data-to": to };
    const button = make("button", look, words[word]);
    button.addEventListener("click", () => press(to, button));
    return button;
  });
  part("buttons").replaceChildren(...buttons);
}

/** @param {RoomView} room */
function showQuestion(room) {
  const number = fill(words.question_of, { n: room.number, of: room.of });
  part("number").textContent = number + voteNote(room, words.second);
  const answered = room.answered_by;
  const wanted = JSON.stringify([room.round, room.phase, room.tally, room.before, answered]);
  if (wanted === drawn || !room.question) return;
  drawn = wanted;
  const isTold = room.phase === "closed" || room.phase === "reveal";
  const voided = answered?.void ? [make("p", { class: "note warn" }, words.void)] : [];
  const places = { text: part("text"), board: part("board") };
  drawQuestion(room, places, { words, isTold, answered }, ...variantNote(room, words), ...voided);
  showRendered(part("why"), answered?.explanation ?? "");
}

function tick() {
  const times = seen && timeLeft(seen, serverTime());
  if (!seen || !times) return;
  const isOpen = seen.phase === "ready" || seen.phase === "question";
  part("left").textContent = isOpen ? fill(words.seconds, { n: times.seconds }) : "";
}
