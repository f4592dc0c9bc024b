// The replay of a quiz: one question after the other, at the student's own pace, then all of them once more.

import { control, drawn, make, say, verdict } from "../questions/controls.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

const root = document.querySelector("[data-replay]");
const words = JSON.parse(root.querySelector("[data-words]").textContent);
const part = (name) => root.querySelector(`[data-${name}]`);
const language = document.documentElement.lang;
const percent = (share) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);

let seen = null; // where the student stands
let asked = null; // the control of the question

part("start").addEventListener("click", () => show(seen));
part("next").addEventListener("click", () => look(seen.attempt).then(show));
part("repeat").addEventListener("click", () => look(seen.attempt + 1).then(show));
look().then(welcome);

function welcome(state) {
  if (!state) return;
  if (state.review.length || !state.open) return show(state);
  if (state.number > 1) part("start").textContent = words.continue;
  part("start").disabled = false;
}

/** The state from the server; tried again until there is one, null where there is none to have. */
async function look(attempt) {
  const query = new URLSearchParams({ lang: language, ...(attempt ? { attempt } : {}) });
  const answer = await insist(() => fetch(`${root.dataset.api}?${query}`, { headers: { Accept: "application/json" }, cache: "no-store" }));
  if (!answer.ok) return refused(answer);
  seen = await answer.json();
  return seen;
}

async function insist(send) {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      const answer = await send();
      if (answer.status < 500 && answer.status !== 429) {
        part("link").hidden = true;
        return answer;
      }
    } catch (problem) {
      console.info(problem);
    }
    part("link").hidden = false;
    if (asked) part("saved").textContent = words.kept;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function refused(answer) {
  const refusal = await answer.json().catch(() => ({}));
  part("problem").textContent = [refusal.title, refusal.detail].filter(Boolean).join(": ");
  part("problem").hidden = false;
  return null;
}

function show(state) {
  if (!state) return;
  for (const name of ["intro", "play", "end", "problem"]) part(name).hidden = true;
  if (state.question && state.open) question(state);
  else end(state);
  scrollTo(0, 0);
}

function question(state) {
  part("play").hidden = false;
  part("practice").hidden = state.attempt === 1;
  part("number").textContent = say(words.question_of, { n: state.number, of: state.of });
  part("text").replaceChildren(...drawn("div", {}, state.question.text).childNodes);
  asked = control(state.question, words, answer);
  part("answer").replaceChildren(asked.element);
  part("saved").textContent = "";
  part("outcome").hidden = true;
  part("next").hidden = true;
  part("text").focus();
}

async function answer(content) {
  const mine = asked;
  mine.shut();
  part("saved").textContent = words.sending;
  const answered = await insist(() =>
    fetch(`${root.dataset.api}/${encodeURIComponent(seen.question_id)}?lang=${language}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": root.dataset.csrf },
      body: JSON.stringify({ answer: content, attempt: seen.attempt }),
    }),
  );
  part("saved").textContent = "";
  if (!answered.ok) {
    await refused(answered);
    if (answered.status === 422) return again(content);
    return look(seen.attempt).then((state) => state && !state.open && show(state));
  }
  const told = await answered.json();
  part("problem").hidden = true;
  mine.set(told.answer);
  mine.reveal(told.answered);
  part("outcome").replaceChildren(...outcome(told));
  part("outcome").hidden = false;
  part("next").hidden = false;
  part("next").focus({ preventScroll: true });
  part("outcome").scrollIntoView({ block: "nearest" });
}

/** What was typed is not understood: it stands there once more, to be mended. */
function again(content) {
  asked = control(seen.question, words, answer);
  part("answer").replaceChildren(asked.element);
  asked.set(content);
}

function outcome({ answered, credit }) {
  const came = verdict(answered, credit);
  const lines = [make("p", { class: `verdict ${came}` }, words[came])];
  if (answered.explanation) lines.push(drawn("div", { class: "explanation" }, answered.explanation));
  return lines;
}

function end(state) {
  asked = null;
  part("end").hidden = false;
  part("score").textContent = state.credit === null ? words.over : say(words.score, { share: percent(state.credit) });
  part("earned").textContent = state.earned === null ? "" : say(words.earned, { share: percent(state.earned) });
  part("repeat").hidden = !(state.may_repeat && state.open);
  part("review").replaceChildren(...state.review.map(reviewed));
  part("score").focus({ preventScroll: true });
}

function reviewed(one) {
  const shown = control(one.question, words, () => {});
  shown.set(one.answer);
  shown.shut();
  shown.reveal(one.answered);
  return make("article", { class: "reviewed" }, drawn("div", { class: "question-text" }, one.question.text), shown.element, ...outcome(one));
}
