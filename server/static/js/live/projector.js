// The projector of a live quiz: what the whole hall sees, large, and nothing that tells who somebody is.

import { board } from "../questions/board.js";
import { roughly, sample, serverTime } from "./synchronized_clock.js";
import { drawn, make, say } from "../questions/controls.js";

const TICK_MS = 200;

const root = document.querySelector("[data-wall]");
const words = JSON.parse(root.querySelector("[data-words]").textContent);
const part = (name) => root.querySelector(`[data-${name}]`);
let seen = null;
let stood = ""; // what is on the wall, so that it is drawn once

listen();
setInterval(tick, TICK_MS);
addEventListener("resize", fit);
part("fullscreen").addEventListener("click", () => document.documentElement.requestFullscreen?.());

function listen() {
  const source = new EventSource(root.dataset.events);
  source.addEventListener("state", (message) => {
    const shown = JSON.parse(message.data);
    const now = Date.now();
    sample(shown.now, now, now);
    roughly(shown.now);
    show(shown);
  });
  source.addEventListener("open", () => (part("link").hidden = true));
  source.addEventListener("error", () => {
    part("link").hidden = false;
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

function show(shown) {
  seen = shown;
  for (const one of root.querySelectorAll("[data-screen]")) one.hidden = !one.dataset.screen.split(" ").includes(shown.phase);
  part("joined").textContent = say(words.joined, { n: shown.joined });
  part("word-box").hidden = !shown.word;
  if (shown.word) for (const one of root.querySelectorAll("[data-word]")) one.textContent = shown.word;
  part("locked").hidden = !shown.locked;
  if (shown.phase === "lobby") names(shown.nicknames);
  else if (shown.phase === "standings") ranks(shown.top);
  else if (shown.phase === "podium") podium(shown.top);
  else question(shown);
  tick();
}

function names(nicknames) {
  const known = new Set([...part("names").children].map((one) => one.textContent));
  if (nicknames.length < known.size) part("names").replaceChildren();
  for (const name of nicknames) if (!known.has(name)) part("names").prepend(make("li", {}, name));
}

function question(shown) {
  part("number").textContent = say(words.question_of, { n: shown.number, of: shown.of }) + (shown.vote > 1 ? ` · ${words.again}` : "");
  part("answered").textContent = say(words.answered, { n: shown.answered, of: shown.joined });
  const place = `${shown.round} ${shown.phase === "reveal" ? shown.v : ""}`;
  if (stood === place || !shown.question) return;
  stood = place;
  const told = shown.phase === "reveal";
  part("text").replaceChildren(...drawn("div", {}, shown.question.text).childNodes);
  const several = shown.variants > 1 ? make("p", { class: "muted" }, words.own_numbers) : "";
  part("board").replaceChildren(board(shown.question, { words, answered: told ? shown.answered_by : undefined, tally: told ? shown.tally : undefined, before: told ? shown.before : undefined }), several);
  const why = told && shown.answered_by?.explanation;
  part("why").hidden = !why;
  if (why) part("why").replaceChildren(...drawn("div", {}, why).childNodes);
  requestAnimationFrame(fit);
}

/** Nobody scrolls a projector: what is too much is drawn smaller, down to half its size. */
function fit() {
  const box = part("asked");
  for (let size = 100; size >= 50; size -= 5) {
    box.style.fontSize = `${size}%`;
    if (document.documentElement.scrollHeight <= innerHeight) return;
  }
}

function ranks(top) {
  part("ranks").replaceChildren(
    ...top.map((one) => make("li", {}, make("span", { class: "place" }, `${one.place}.`), make("span", { class: "who" }, one.nickname), make("span", { class: "score" }, String(one.points)))),
  );
}

function podium(top) {
  const order = [1, 0, 2].filter((at) => at in top);
  part("podium").replaceChildren(
    ...order.map((at) =>
      make("li", { class: `step step-${at + 1}` }, make("span", { class: "who" }, top[at].nickname), make("span", { class: "score" }, String(top[at].points)), make("span", { class: "block" }, String(top[at].place))),
    ),
  );
}

function right(tally) {
  return tally?.answers ? say(words.share_right, { n: tally.right, of: tally.answers }) : "";
}

function tick() {
  if (!seen?.closes_at) return;
  const now = serverTime();
  const asked = ["ready", "question", "closed", "reveal"].includes(seen.phase);
  const early = seen.opens_at - now;
  const left = Math.max(0, seen.closes_at - now);
  const over = left === 0 || seen.phase === "closed" || seen.phase === "reveal";
  part("soon").hidden = !(asked && early > 0);
  part("asked").hidden = asked && early > 0;
  part("left").textContent = seen.phase === "reveal" ? right(seen.tally) : over ? words.closed : String(Math.ceil(left / 1000));
  part("left").classList.toggle("hurry", !over && left < 5500);
  part("timer").firstElementChild.style.width = `${over ? 0 : Math.min(100, (100 * left) / (seen.closes_at - seen.opens_at))}%`;
}
