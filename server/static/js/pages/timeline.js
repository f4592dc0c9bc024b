// The clock of the server on the page of an assignment, and the slider under the chart of its line.

import { find, findAll } from "../lib/dom.js";
import { recheck, serverNow } from "../lib/page_clock.js";
import { fill } from "../lib/sentences.js";

const RECHECK_MS = 10_000;
const WIDTH = 600; // of the chart

const { lang } = document.documentElement;

/** @param {HTMLElement} target */
function tick(target) {
  const time = find(target, "[data-time]");
  const shown = new Intl.DateTimeFormat(lang, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZone: target.dataset.zone,
  });
  const show = () => {
    time.textContent = shown.format(serverNow());
    setTimeout(show, 1000 - (serverNow() % 1000)); // at the turn of each second
  };
  show();
  setInterval(() => recheck().catch(() => {}), RECHECK_MS);
}

/**
 * What a hand-in at a moment is worth, read from the table beside the chart.
 *
 * @param {HTMLElement[]} rows
 * @param {number} moment
 */
function rowAt(rows, moment) {
  const within = rows.find(({ dataset }) => !dataset.until || moment <= Date.parse(dataset.until) + 999);
  return within ?? rows.at(-1);
}

/** @param {HTMLElement} chart */
function slide(chart) {
  const rows = findAll(chart.closest("section"), "[data-line] [data-worth]");
  const [begins, ends] = [Date.parse(chart.dataset.begins ?? ""), Date.parse(chart.dataset.ends ?? "")];
  const slider = find(chart, "[data-slide]");
  const input = find(slider, "input", HTMLInputElement);
  const output = find(slider, "output");
  const then = find(chart, "[data-then]", SVGElement);
  const when = new Intl.DateTimeFormat(lang, {
    dateStyle: "medium",
    timeStyle: "short",
    hourCycle: "h23",
    timeZone: chart.dataset.zone,
  });
  const show = () => {
    const share = Number(input.value) / Number(input.max);
    const moment = begins + share * (ends - begins);
    const { said, worth } = rowAt(rows, moment)?.dataset ?? {};
    output.textContent = fill(output.dataset.words ?? "", { when: when.format(moment), said, worth });
    for (const end of ["x1", "x2"]) then.setAttribute(end, String(WIDTH * share));
    then.setAttribute("visibility", "visible");
  };
  const now = (serverNow() - begins) / (ends - begins);
  input.value = String(Math.round(Number(input.max) * Math.min(1, Math.max(0, now))));
  input.addEventListener("input", show);
  slider.hidden = rows.length === 0;
  show();
}

for (const target of findAll(document, "[data-ticking]")) tick(target);
for (const chart of findAll(document, "[data-steps]")) slide(chart);
