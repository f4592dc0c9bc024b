// The replay of a quiz: one question after the other, at the student's own pace, then all of them once more.

import { find, make, partsOf, readJson, rendered, showRendered } from "../lib/dom.js";
import { growingPauses, pause } from "../lib/pauses.js";
import { askJson, sendJson } from "../lib/requests.js";
import { fill, problemSentence } from "../lib/sentences.js";
import { control } from "../questions/all.js";
import { outcomeLines } from "./outcome.js";

/** @import { Problem } from "../lib/sentences.js" */
/** @import { Answered, Control, Shown } from "../questions/registry.js" */

/**
 * Where a student stands. `question` is the next one, null when there is none.
 *
 * @typedef {object} ReplayState
 * @property {boolean} open
 * @property {number} attempt
 * @property {number} number
 * @property {number} of
 * @property {string} question_id
 * @property {Shown | null} question
 * @property {number | null} credit as a share
 * @property {number | null} earned as a share
 * @property {boolean} may_repeat
 * @property {Reviewed[]} review
 */

/** @typedef {{question: Shown, answer: unknown, answered: Answered, credit: number}} Reviewed */
/** @typedef {{ok: boolean, status: number, value: any}} Reply */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

const root = find(document, "[data-replay]");
const words = readJson(root, "words");
const part = partsOf(root);
const { api = "", csrf = "" } = root.dataset;
const { lang } = document.documentElement;
const percents = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 0 });

/** @type {ReplayState | null} */
let seen = null; // where the student stands
/** @type {Control | null} */
let asked = null; // the control of the question

part("start").addEventListener("click", () => show(seen));
part("next").addEventListener("click", () => look(seen?.attempt).then(show));
part("repeat").addEventListener("click", () => look((seen?.attempt ?? 0) + 1).then(show));
look().then(welcome);

/** @param {ReplayState | null} state */
function welcome(state) {
  if (!state) return;
  if (state.review.length || !state.open) return show(state);
  const start = part("start", HTMLButtonElement);
  if (state.number > 1) start.textContent = words.continue;
  start.disabled = false;
}

/**
 * The state from the server; tried again until there is one, null where there is none to have.
 *
 * @param {number} [attempt]
 * @returns {Promise<ReplayState | null>}
 */
async function look(attempt) {
  const query = new URLSearchParams(attempt ? { lang, attempt: String(attempt) } : { lang });
  const reply = await insist(() => askJson(`${api}?${query}`, { cache: "no-store" }));
  if (!reply.ok) {
    complain(reply.value);
    return null;
  }
  seen = reply.value;
  return seen;
}

/**
 * Send a request until its whole answer is here.
 *
 * @param {() => Promise<Response>} send
 * @returns {Promise<Reply>}
 */
async function insist(send) {
  const pauses = growingPauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  for (;;) {
    try {
      const answer = await send();
      if (answer.status < 500 && answer.status !== 429) {
        const value = await (answer.ok ? answer.json() : answer.json().catch(() => ({})));
        part("link").hidden = true;
        return { ok: answer.ok, status: answer.status, value };
      }
    } catch (problem) {
      console.info(problem);
    }
    part("link").hidden = false;
    if (asked) part("saved").textContent = words.kept;
    await pause(pauses.take());
  }
}

/** @param {Problem} refusal */
function complain(refusal) {
  part("problem").textContent = problemSentence(refusal);
  part("problem").hidden = false;
}

/** @param {ReplayState | null} state */
function show(state) {
  if (!state) return;
  for (const name of ["intro", "play", "end", "problem"]) part(name).hidden = true;
  if (state.question && state.open) ask(state, state.question);
  else end(state);
  scrollTo(0, 0);
}

/**
 * @param {ReplayState} state
 * @param {Shown} question
 */
function ask(state, question) {
  part("play").hidden = false;
  part("practice").hidden = state.attempt === 1;
  part("number").textContent = fill(words.question_of, { n: state.number, of: state.of });
  showRendered(part("text"), question.text);
  drawControl(question);
  part("saved").textContent = "";
  part("outcome").hidden = true;
  part("next").hidden = true;
  part("text").focus();
}

/** @param {Shown} question */
function drawControl(question) {
  const drawn = control(question, words, (content) => answer(content, drawn, question));
  asked = drawn;
  part("answer").replaceChildren(drawn.element);
  return drawn;
}

/**
 * @param {unknown} content
 * @param {Control} mine
 * @param {Shown} question
 */
async function answer(content, mine, question) {
  if (!seen) return;
  mine.shut();
  part("saved").textContent = words.sending;
  const address = `${api}/${encodeURIComponent(seen.question_id)}?lang=${lang}`;
  const body = { answer: content, attempt: seen.attempt };
  const reply = await insist(() => sendJson("PUT", address, csrf, body));
  part("saved").textContent = "";
  if (!reply.ok) {
    complain(reply.value);
    // What was typed is not understood: it stands there once more, to be mended.
    if (reply.status === 422) return drawControl(question).set(content);
    const state = await look(seen.attempt);
    if (state && !state.open) show(state);
    return;
  }
  part("problem").hidden = true;
  mine.set(reply.value.answer);
  mine.reveal(reply.value.answered);
  part("outcome").replaceChildren(...outcomeLines(reply.value.answered, reply.value.credit, words));
  part("outcome").hidden = false;
  part("next").hidden = false;
  part("next").focus({ preventScroll: true });
  part("outcome").scrollIntoView({ block: "nearest" });
}

/** @param {ReplayState} state */
function end(state) {
  asked = null;
  part("end").hidden = false;
  part("score").textContent = percentSentence(words.score, state.credit) ?? words.over;
  part("earned").textContent = percentSentence(words.earned, state.earned) ?? "";
  part("repeat").hidden = !(state.may_repeat && state.open);
  part("review").replaceChildren(...state.review.map(reviewed));
  part("score").focus({ preventScroll: true });
}

/**
 * @param {string} sentence
 * @param {number | null} share
 */
function percentSentence(sentence, share) {
  return share === null ? null : fill(sentence, { share: percents.format(share) });
}

/** @param {Reviewed} one */
function reviewed({ question, answer: given, answered, credit }) {
  const shown = control(question, words, () => {});
  shown.set(given);
  shown.shut();
  shown.reveal(answered);
  const text = rendered("div", { class: "question-text" }, question.text);
  const outcome = outcomeLines(answered, credit, words);
  return make("article", { class: "reviewed" }, text, shown.element, ...outcome);
}
