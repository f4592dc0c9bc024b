// The lecturer's remote. Each press says on top of which version it was made, so that a double tap, or two
// devices, never skip a question.

import { board } from "../questions/board.js";
import { sample, serverTime } from "./synchronized_clock.js";
import { drawn, make, say } from "../questions/controls.js";

const root = document.querySelector("[data-remote]");
const words = JSON.parse(root.querySelector("[data-words]").textContent);
const part = (name) => root.querySelector(`[data-${name}]`);
const csrf = root.dataset.csrf;
let seen = null;
let stood = "";

// What may be pressed in each phase; the first is what the space bar does.
const STEPS = {
  lobby: [["question", "first"]],
  ready: [["close", "close"]],
  question: [["close", "close"]],
  closed: [["reveal", "show"], ["again", "again"], ["standings", "ranks"]],
  reveal: [["question", "next"], ["standings", "ranks"], ["end", "end"]],
  standings: [["question", "next"], ["end", "end"]],
  podium: [],
};

listen();
setInterval(tick, 250);
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, button, a, summary, select");
  if (event.key !== " " || typing) return;
  event.preventDefault();
  part("buttons").querySelector("button")?.click();
});
part("lock").addEventListener("click", () => send("lock", { locked: !seen.locked }));
for (const button of root.querySelectorAll("[data-rule]")) button.addEventListener("click", () => rule(button.dataset.rule));

function listen() {
  const source = new EventSource(`${root.dataset.api}/desk`);
  source.addEventListener("state", (message) => show(JSON.parse(message.data)));
  source.addEventListener("people", (message) => people(JSON.parse(message.data)));
  source.addEventListener("open", () => (part("link").hidden = true));
  source.addEventListener("error", () => {
    part("link").hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000 + 2000 * Math.random());
    look();
  });
}

/** While the stream is cut: a press must not wait for it. */
async function look() {
  try {
    const answer = await fetch(`${root.dataset.api}/desk`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const shown = await answer.json();
    show(shown);
    people(shown.people);
  } catch (failure) {
    console.info(failure);
  }
}

// --- pressing ---

async function send(what, body) {
  problem("");
  try {
    const answer = await fetch(`${root.dataset.api}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      if (!part("link").hidden) look();
      return answer.status === 204 ? {} : await answer.json();
    }
    problem((await answer.json()).detail);
  } catch (failure) {
    console.info(failure);
    problem(words.offline);
  }
  return null;
}

async function press(to, button) {
  button.disabled = true;
  await send("advance", { to, version: seen.version });
  await look(); // the next press is made on top of this one, however late the stream is
  button.disabled = false;
}

async function rule(kind) {
  const question = seen.round.replace(/\.\d+$/, "");
  const changed = await send("rulings", { question, kind });
  if (changed) part("ruled").textContent = say(words.ruled, changed);
}

function problem(sentence) {
  part("problem").textContent = sentence;
  part("problem").hidden = !sentence;
}

// --- showing ---

function show(shown) {
  const now = Date.now();
  sample(shown.now, now, now);
  const moved = !seen || seen.v !== shown.v;
  seen = shown;
  part("phase").textContent = words[shown.phase];
  const asked = ["ready", "question", "closed", "reveal"].includes(shown.phase);
  part("counts").textContent = say(asked ? words.counts : words.joined, { answered: shown.answered, joined: shown.joined, n: shown.joined });
  part("word-box").hidden = !shown.word;
  part("word").textContent = shown.word ?? "";
  part("lock").setAttribute("aria-pressed", String(shown.locked));
  part("lock").textContent = shown.locked ? words.open_doors : words.shut_doors;
  if (moved) buttons(shown);
  part("question").hidden = !asked;
  if (asked) question(shown);
  tick();
}

function buttons(shown) {
  const last = shown.number === shown.of;
  const steps = STEPS[shown.phase].filter(([to]) => !(to === "question" && last));
  part("buttons").replaceChildren(
    ...steps.map(([to, name], at) => {
      const button = make("button", { class: at === 0 ? "button main" : "button", type: "button", "data-to": to }, words[name]);
      button.addEventListener("click", () => press(to, button));
      return button;
    }),
  );
}

function question(shown) {
  const vote = shown.vote > 1 ? ` · ${words.second}` : "";
  part("number").textContent = say(words.question_of, { n: shown.number, of: shown.of }) + vote;
  const place = JSON.stringify([shown.round, shown.phase, shown.tally, shown.before, shown.answered_by]);
  if (place === stood) return;
  stood = place;
  const told = ["closed", "reveal"].includes(shown.phase);
  part("text").replaceChildren(...drawn("div", {}, shown.question.text).childNodes);
  const notes = [
    shown.variants > 1 ? make("p", { class: "muted" }, words.own_numbers) : null,
    shown.answered_by?.void ? make("p", { class: "note warn" }, words.void) : null,
  ].filter(Boolean);
  part("board").replaceChildren(
    board(shown.question, { words, answered: shown.answered_by, tally: told ? shown.tally : undefined, before: told ? shown.before : undefined }),
    ...notes,
  );
  part("why").replaceChildren(...(shown.answered_by?.explanation ? drawn("div", {}, shown.answered_by.explanation).childNodes : []));
}

function tick() {
  if (!seen?.closes_at) return;
  const open = ["ready", "question"].includes(seen.phase);
  const left = Math.max(0, seen.closes_at - serverTime());
  part("left").textContent = open ? say(words.seconds, { n: Math.ceil(left / 1000) }) : "";
}

function people({ players, knocks, connected }) {
  part("connected").textContent = connected === null ? "" : say(words.connected, { n: connected, of: players.length });
  part("players").replaceChildren(...players.map(player));
  part("knocks-box").hidden = knocks.length === 0;
  part("knocks").replaceChildren(...knocks.map(knock));
}

function player(one) {
  const button = make("button", { class: "button small", type: "button" }, one.kicked ? words.forgive : words.kick);
  button.addEventListener("click", () => send(`players/${one.id}`, { kicked: !one.kicked }));
  const connected = one.connected === null ? words.unknown : one.connected ? words.yes : words.no;
  const badge = make("span", { class: `badge ${one.connected ? "good" : one.connected === false ? "warn" : ""}` }, connected);
  const cells = [one.nickname, one.name, make("span", { class: "code" }, one.neptun), words[one.proof], badge, button];
  return make("tr", { class: one.kicked ? "out" : "" }, ...cells.map((cell) => make("td", {}, cell)));
}

function knock(one) {
  const facts = { name: one.name, code: one.neptun, typed: one.typed };
  const device = one.kind === "device";
  const dismiss = make("button", { class: "button small", type: "button" }, words.dismiss);
  dismiss.addEventListener("click", () => send(`knocks/${one.id}`, { let_in: false }));
  const buttons = [dismiss];
  if (device) {
    const letIn = make("button", { class: "button small main", type: "button" }, words.let_in);
    letIn.addEventListener("click", () => send(`knocks/${one.id}`, { let_in: true }));
    buttons.unshift(letIn);
  }
  return make("li", {}, make("span", {}, say(device ? words.knock_device : words.knock_near, facts)), make("span", { class: "row" }, ...buttons));
}
