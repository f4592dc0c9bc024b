// What every page can do: switch the theme, copy, print, filter tables, count down, close its menu.

import { serverNow } from "./lib/page_clock.js";

const root = document.documentElement;

function switchTheme() {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const use = button.querySelector("use");
  const before = use.getAttribute("href");
  const label = button.getAttribute("aria-label");
  use.setAttribute("href", before.replace(/#.*/, "#check"));
  button.setAttribute("aria-label", button.dataset.done);
  setTimeout(() => {
    use.setAttribute("href", before);
    button.setAttribute("aria-label", label);
  }, 2000);
}

/** Buttons that do nothing without this file are hidden until it has run. */
function wake(scope) {
  for (const button of scope.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", switchTheme);
  }
  for (const button of scope.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  wakeCopies(scope);
}

function wakeCopies(scope) {
  if (!navigator.clipboard) return; // only in secure contexts
  for (const button of scope.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}

// --- tables that can be searched ---

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function filterable(scope) {
  const rows = [...scope.querySelectorAll("[data-filter-row]")];
  const texts = new Map(rows.map((row) => [row, fold(row.textContent)]));
  const input = scope.querySelector("[data-filter]");
  const none = scope.querySelector("[data-filter-none]");
  const all = scope.querySelector("[data-check-all]");

  const show = () => {
    const wanted = fold(input.value.trim());
    for (const row of rows) {
      row.hidden = !texts.get(row).includes(wanted);
    }
    none.hidden = rows.some((row) => !row.hidden);
    if (all) all.checked = false;
  };

  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it would send the form around the table
  });
  all?.addEventListener("change", () => {
    for (const row of rows) row.querySelector("[type=checkbox]").checked = all.checked && !row.hidden;
  });
}

// --- how long until ---

const STEPS = [
  [86400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

function countDown() {
  const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: "always" });
  for (const target of document.querySelectorAll("[data-countdown]")) {
    const seconds = Math.round((new Date(target.dataset.countdown) - serverNow()) / 1000);
    const [size, unit] = STEPS.find(([step]) => Math.abs(seconds) >= 2 * step) ?? STEPS[3];
    target.textContent = relative.format(Math.trunc(seconds / size), unit);
    target.hidden = false;
  }
}

/** All of a page of a table that the server pages. */
function choosable(scope) {
  const all = scope.querySelector("[data-check-all]");
  const boxes = () => scope.querySelectorAll("tbody [type=checkbox]");
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
}

wake(document);
for (const scope of document.querySelectorAll("[data-choose-scope]")) choosable(scope);
for (const scope of document.querySelectorAll("[data-filter-scope]")) filterable(scope);
document.querySelector("[data-focus]")?.focus();
countDown();
if (document.querySelector("[data-countdown]")) setInterval(countDown, 1000);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("hazi:swapped", (event) => wakeCopies(event.target));
