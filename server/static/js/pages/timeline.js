// The clock of the server on the page of an assignment, and the slider under the chart of its line.

import { recheck, serverNow } from "../lib/page_clock.js";

const root = document.documentElement;

function tick(target) {
  const time = target.querySelector("[data-time]");
  const shown = new Intl.DateTimeFormat(root.lang, {
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
  setInterval(() => recheck().catch(() => {}), 10_000);
}

/** What a hand-in at a moment is worth, read from the table beside the chart. */
function rowAt(rows, moment) {
  return rows.find((row) => !row.dataset.until || moment <= Date.parse(row.dataset.until) + 999) ?? rows.at(-1);
}

function slide(chart) {
  const rows = [...chart.closest("section").querySelectorAll("[data-line] [data-worth]")];
  const [begins, ends] = [Date.parse(chart.dataset.begins), Date.parse(chart.dataset.ends)];
  const field = chart.querySelector("[data-slide]");
  const input = field.querySelector("input");
  const output = field.querySelector("output");
  const then = chart.querySelector("[data-then]");
  const when = new Intl.DateTimeFormat(root.lang, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: chart.dataset.zone,
  });
  const show = () => {
    const share = input.value / input.max;
    const moment = begins + share * (ends - begins);
    const row = rowAt(rows, moment);
    const values = { when: when.format(moment), said: row.dataset.said, worth: row.dataset.worth };
    output.textContent = output.dataset.words.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
    for (const end of ["x1", "x2"]) then.setAttribute(end, 600 * share);
    then.setAttribute("visibility", "visible");
  };
  const now = (serverNow() - begins) / (ends - begins);
  input.value = Math.round(input.max * Math.min(1, Math.max(0, now)));
  input.addEventListener("input", show);
  field.hidden = rows.length === 0;
  show();
}

for (const target of document.querySelectorAll("[data-ticking]")) tick(target);
for (const chart of document.querySelectorAll("[data-steps]")) slide(chart);
