// A player's phone: joins, follows the room, and has one screen at a time.

import { find, partsOf, readJson } from "../lib/dom.js";
import { sendJson } from "../lib/requests.js";
import { fill, problemSentence } from "../lib/sentences.js";
import { Outbox } from "./outbox.js";
import { hasQuestion, PhoneQuestion, rankAndPoints } from "./phone_question.js";
import { RoomFollower } from "./snapshots.js";

/** @import { Problem } from "../lib/sentences.js" */
/** @import { Fate } from "./outbox.js" */
/** @import { Snapshot } from "./snapshots.js" */

const LOOK_AGAIN_MS = 3000; // while a device waits to be let in

const root = find(document, "[data-phone]");
const { api = "", csrf = "", pin = "", joined } = root.dataset;
const words = readJson(root, "words");
const part = partsOf(root);
const form = part("join", HTMLFormElement);
const outbox = new Outbox(api, pin, csrf, told);
const question = new PhoneQuestion(part, words, outbox);
/** @type {RoomFollower | null} */
let following = null;
let again = 0; // the timer of a device that waits

if (joined === "yes") start();
else askToJoin();
form.addEventListener("submit", join);
part("not-me").addEventListener("click", askToJoin);

/** @param {string} what */
function address(what) {
  return `${api}/${what}?lang=${document.documentElement.lang}`;
}

/**
 * The parts that are seen; all others are not, and no question runs behind them.
 *
 * @param {...("join" | "wait" | "back")} names
 */
function see(...names) {
  question.leave();
  form.hidden = !names.includes("join");
  part("back").hidden = !names.includes("back");
  part("wait").hidden = !names.includes("wait");
  part("play").hidden = true;
}

/**
 * @param {string} big
 * @param {string} small
 */
function write(big, small) {
  part("wait-big").textContent = big;
  part("wait-small").textContent = small;
}

/** @param {Problem | null} refusal */
function complain(refusal) {
  part("problem").hidden = !refusal;
  part("problem").textContent = problemSentence(refusal);
}

// --- coming in ---

function askToJoin() {
  clearTimeout(again);
  following?.stop();
  complain(null);
  see("join");
}

/** @param {SubmitEvent} event */
async function join(event) {
  event.preventDefault();
  const fields = new FormData(form);
  const body = { neptun: fields.get("neptun") ?? "", word: fields.get("word") ?? "" };
  const button = find(form, "button", HTMLButtonElement);
  complain(null);
  button.disabled = true;
  try {
    const answer = await sendJson("POST", address("join"), csrf, body);
    if (!answer.ok) return complain(await answer.json());
    form.hidden = true;
    start();
  } catch (failure) {
    console.info(failure);
    complain({ detail: words.offline });
  } finally {
    button.disabled = false;
  }
}

function start() {
  clearTimeout(again);
  following?.stop();
  following = new RoomFollower(address, { show, out, link });
  following.start();
  outbox.flush();
}

/** @param {boolean} connected */
function link(connected) {
  part("link").hidden = connected;
}

/** @param {Problem} refusal */
function out(refusal) {
  if (refusal.slug === "device-waiting") {
    see("wait", "join"); // a slip of the thumb is typed anew
    write(words.waiting, words.waiting_small);
    again = setTimeout(start, LOOK_AGAIN_MS);
    return;
  }
  const begin = refusal.slug === "not-joined";
  complain(begin ? null : refusal);
  if (begin) see("join");
  else see("back"); // whoever is out by mistake, or with somebody else's code, finds a way back
}

// --- where the quiz stands ---

/** @type {Record<string, (snapshot: Snapshot) => [big: string, small: string]>} */
const SCREENS = {
  lobby: ({ me }) => [words.joined, `${fill(words.as, { name: me.nickname })}. ${words.soon}`],
  standings: (snapshot) => {
    const stands = rankAndPoints(words, snapshot);
    return stands ? [stands.rank, stands.points] : [words.closed, words.look];
  },
  podium: (snapshot) => {
    const stands = rankAndPoints(words, snapshot);
    return [words.over, stands ? `${stands.rank} · ${stands.points}` : words.thanks];
  },
};

/** @param {Snapshot} snapshot */
function show(snapshot) {
  complain(null);
  form.hidden = true;
  part("back").hidden = true;
  part("title").textContent = snapshot.title;
  part("nickname").textContent = snapshot.me.nickname;
  const screen = SCREENS[snapshot.phase];
  if (!screen && hasQuestion(snapshot)) return question.show(snapshot);
  if (snapshot.phase === "lobby") see("wait", "back");
  else see("wait");
  const [big, small] = screen ? screen(snapshot) : [words.ready, ""];
  write(big, small);
}

/** @param {Fate} fate */
function told(fate) {
  const mine = fate.round === question.round;
  question.told(fate);
  if (mine && fate.status === "refused" && fate.problem?.slug === "not-joined") askToJoin();
}
