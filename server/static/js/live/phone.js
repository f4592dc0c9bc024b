// A player's phone: joins, follows the room, answers, and shows what came of it.

import { serverTime } from "./synchronized_clock.js";
import { follow } from "./snapshots.js";
import { Outbox } from "./outbox.js";
import { control, drawn, make, say, verdict } from "../questions/controls.js";

const TICK_MS = 200;

const root = document.querySelector("[data-phone]");
const words = JSON.parse(root.querySelector("[data-words]").textContent);
const part = (name) => root.querySelector(`[data-${name}]`);
const language = document.documentElement.lang;
const address = (what) => `${root.dataset.api}/${what}?lang=${language}`;
const csrf = root.dataset.csrf;

const outbox = new Outbox(root.dataset.api, root.dataset.pin, () => ({ "X-CSRFToken": csrf }), told);
let seen = null; // the snapshot that is shown
let shown = ""; // which question stands on the screen
let asked = null; // its control
let drawnAt = 0; // when this phone drew it
let counted = 0; // answers of this phone to this round
let ticking = 0;
let again = 0; // when a device that waits looks whether it was let in

if (root.dataset.joined === "yes") start();
else askToJoin();
part("join").addEventListener("submit", join);

// --- coming in ---

function askToJoin() {
  part("join").hidden = false;
  part("wait").hidden = true;
  part("play").hidden = true;
}

async function join(event) {
  event.preventDefault();
  const form = part("join");
  const fields = new FormData(form);
  const body = { neptun: fields.get("neptun") ?? "", word: fields.get("word") ?? "" };
  problem(null);
  form.querySelector("button").disabled = true;
  try {
    const answer = await fetch(address("join"), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify(body),
    });
    if (!answer.ok) return problem(await answer.json());
    form.hidden = true;
    start();
  } catch (failure) {
    console.info(failure);
    problem({ detail: words.offline });
  } finally {
    form.querySelector("button").disabled = false;
  }
}

function start() {
  clearTimeout(again);
  follow(address, { show, out, link: (connected) => (part("link").hidden = connected) });
  outbox.flush();
}

function out(refusal) {
  if (refusal.slug === "device-waiting") {
    wait(words.waiting, words.waiting_small);
    part("join").hidden = false; // a slip of the thumb is typed anew
    again = setTimeout(start, 3000);
    return;
  }
  problem(refusal.slug === "not-joined" ? null : refusal);
  if (refusal.slug === "not-joined") askToJoin();
  else hide();
}

function hide() {
  for (const name of ["join", "wait", "play"]) part(name).hidden = true;
}

function problem(refusal) {
  part("problem").hidden = !refusal;
  part("problem").textContent = refusal ? [refusal.title, refusal.detail].filter(Boolean).join(": ") : "";
}

// --- where the quiz stands ---

function show(snapshot) {
  seen = snapshot;
  problem(null);
  part("join").hidden = true;
  part("title").textContent = snapshot.title;
  part("nickname").textContent = snapshot.me.nickname;
  clearInterval(ticking);
  const screens = { lobby, standings, podium };
  if (screens[snapshot.phase]) return screens[snapshot.phase](snapshot);
  question(snapshot);
  ticking = setInterval(tick, TICK_MS);
  tick();
}

function lobby({ me }) {
  wait(words.joined, `${say(words.as, { name: me.nickname })}. ${words.soon}`);
}

function standings({ me, game }) {
  if (game === "none" || !me.place) return wait(words.closed, words.look);
  wait(say(words.place, { n: me.place, of: me.players }), say(words.points, { n: me.points }));
}

function podium({ me, game }) {
  wait(words.over, game === "none" || !me.place ? words.thanks : `${say(words.place, { n: me.place, of: me.players })} · ${say(words.points, { n: me.points })}`);
}

function wait(big, small) {
  part("wait").hidden = false;
  part("play").hidden = true;
  part("wait-big").textContent = big;
  part("wait-small").textContent = small;
  shown = "";
}

// --- a question ---

function question(snapshot) {
  if (shown !== snapshot.round) draw(snapshot);
  const { me, phase } = snapshot;
  if (me.answer !== undefined && !outbox.peek(snapshot.round) && (me.n ?? 0) >= counted) {
    counted = me.n;
    asked.set(me.answer);
    if (phase !== "reveal") saved(words.saved);
  }
  if (phase === "closed" || phase === "reveal") asked.shut();
  if (phase === "reveal") reveal(snapshot);
}

function draw(snapshot) {
  shown = snapshot.round;
  counted = snapshot.me.n ?? 0;
  drawnAt = 0;
  const { question: content } = snapshot.question ? snapshot : snapshot.me;
  asked = control(content, words, answer);
  part("text").replaceChildren(...drawn("div", {}, content.text).childNodes);
  part("answer").replaceChildren(asked.element);
  part("outcome").hidden = true;
  const vote = snapshot.vote > 1 ? ` · ${words.again}` : "";
  part("number").textContent = say(words.question_of, { n: snapshot.number, of: snapshot.of }) + vote;
  saved("");
  const waiting = outbox.peek(snapshot.round);
  if (waiting) {
    asked.set(waiting.answer);
    counted = Math.max(counted, waiting.n);
  }
}

/** Everybody draws the question at the same moment, by the server's clock. */
function tick() {
  const now = serverTime();
  const early = seen.opens_at - now;
  if (early > 0 && seen.phase !== "reveal") {
    part("play").hidden = true;
    part("wait").hidden = false;
    part("wait-big").textContent = words.ready;
    part("wait-small").textContent = say(words.question_of, { n: seen.number, of: seen.of });
    return setTimeout(tick, Math.min(early, TICK_MS));
  }
  if (part("play").hidden) {
    part("wait").hidden = true;
    part("play").hidden = false;
    scrollTo(0, 0);
  }
  drawnAt ||= performance.now();
  count(now);
}

function count(now) {
  const whole = seen.closes_at - seen.opens_at;
  const left = Math.max(0, seen.closes_at - now);
  const over = left === 0 || seen.phase === "closed" || seen.phase === "reveal";
  part("left").textContent = over ? words.closed : say(words.seconds, { n: Math.ceil(left / 1000) });
  part("timer").firstElementChild.style.width = `${over || !whole ? 0 : (100 * left) / whole}%`;
  part("timer").hidden = seen.phase === "reveal";
  if (over && seen.phase !== "reveal") {
    clearInterval(ticking);
    asked.shut();
    if (counted === 0) saved(words.none);
  }
}

function answer(content) {
  if (counted > 0 && !seen.change && !outbox.peek(shown)) return;
  counted += 1;
  outbox.put(shown, { answer: content, n: counted, elapsed_ms: Math.max(0, performance.now() - drawnAt) });
  if (!seen.change) asked.shut();
  navigator.vibrate?.(15);
}

function told({ round, status, problem: refusal }) {
  if (round !== shown) return;
  const sentences = {
    sending: words.sending,
    saved: seen.change && seen.phase === "question" ? words.saved_change : words.saved,
    other: words.other,
    kept: words.kept,
    refused: [refusal?.title, refusal?.detail].filter(Boolean).join(": "),
  };
  saved(sentences[status], status);
  if (status === "refused" && refusal?.slug === "not-joined") askToJoin();
}

function saved(sentence, status = sentence ? "saved" : "") {
  part("saved").textContent = sentence;
  part("saved").dataset.status = status;
}

// --- what came of it ---

function reveal(snapshot) {
  const { me, game } = snapshot;
  const answered = snapshot.answered ?? me.answered;
  saved("");
  asked.reveal(answered);
  const outcome = verdict(answered, me.credit);
  const lines = [make("p", { class: `verdict ${outcome}` }, words[outcome])];
  if (game !== "none" && me.earned) lines.push(make("p", { class: "earned" }, say(words.earned, { n: me.earned })));
  if (game !== "none" && me.place) lines.push(make("p", { class: "muted" }, `${say(words.place, { n: me.place, of: me.players })} · ${say(words.points, { n: me.points })}`));
  if (answered.explanation) lines.push(drawn("div", { class: "explanation" }, answered.explanation));
  part("outcome").replaceChildren(...lines);
  if (part("outcome").hidden) {
    part("outcome").hidden = false;
    part("outcome").scrollIntoView({ block: "nearest" });
  }
}
