// What every page can do: switch the theme, copy, print, filter tables, count down, close its menu.

import { find, findAll } from "./lib/dom.js";
import { serverNow } from "./lib/page_clock.js";
import { remember } from "./lib/storage.js";

const COPIED_MS = 2000; // as long a copied text is confirmed

const root = document.documentElement;

function switchTheme() {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  remember("theme", root.dataset.theme); // or else the choice lasts as long as the page
}

/** @param {HTMLElement} button */
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  const use = find(button, "use", SVGUseElement);
  const before = use.getAttribute("href") ?? "";
  const label = button.getAttribute("aria-label") ?? "";
  use.setAttribute("href", before.replace(/#.*/, "#check"));
  button.setAttribute("aria-label", button.dataset.done ?? "");
  setTimeout(() => {
    use.setAttribute("href", before);
    button.setAttribute("aria-label", label);
  }, COPIED_MS);
}

/**
 * Buttons that do nothing without this file are hidden until it has run.
 *
 * @param {ParentNode} scope
 * @param {string} selector
 * @param {(button: HTMLElement) => void} act
 */
function wakeButtons(scope, selector, act) {
  for (const button of findAll(scope, selector)) {
    button.hidden = false;
    button.addEventListener("click", () => act(button));
  }
}

/** @param {ParentNode} scope */
function wakeCopies(scope) {
  if (navigator.clipboard) wakeButtons(scope, "[data-copy]", copy); // only in secure contexts
}

// --- tables that can be searched ---

/** @param {string} text */
function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** @param {HTMLElement} scope */
function filterable(scope) {
  const rows = [...findAll(scope, "[data-filter-row]")].map((row) => ({
    row,
    text: fold(row.textContent ?? ""),
  }));
  const input = find(scope, "[data-filter]", HTMLInputElement);
  const none = find(scope, "[data-filter-none]");
  const every = checkAll(scope);

  input.addEventListener("input", () => {
    const wanted = fold(input.value.trim());
    for (const { row, text } of rows) row.hidden = !text.includes(wanted);
    none.hidden = rows.some(({ row }) => !row.hidden);
    if (every) every.checked = false;
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it would send the form around the table
  });
  every?.addEventListener("change", () => {
    for (const { row } of rows) {
      find(row, "[type=checkbox]", HTMLInputElement).checked = every.checked && !row.hidden;
    }
  });
}

/**
 * All of a page of a table that the server pages.
 *
 * @param {HTMLElement} scope
 */
function choosable(scope) {
  const every = checkAll(scope);
  every?.addEventListener("change", () => {
    const boxes = findAll(scope, "tbody [type=checkbox]", HTMLInputElement);
    for (const box of boxes) box.checked = every.checked;
  });
}

/**
 * The box that stands for all boxes of a table.
 *
 * @param {HTMLElement} scope
 * @returns {HTMLInputElement | null}
 */
function checkAll(scope) {
  return scope.querySelector("[data-check-all]");
}

// --- how long until ---

/** @type {[seconds: number, unit: Intl.RelativeTimeFormatUnit][]} */
const STEPS = [
  [86400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

function countDown() {
  const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: "always" });
  for (const target of findAll(document, "[data-countdown]")) {
    const seconds = Math.round((Date.parse(target.dataset.countdown ?? "") - serverNow()) / 1000);
    const [size, unit] = STEPS.find(([step]) => Math.abs(seconds) >= 2 * step) ?? STEPS[3];
    target.textContent = relative.format(Math.trunc(seconds / size), unit);
    target.hidden = false;
  }
}

wakeButtons(document, "[data-theme-switch]", switchTheme);
wakeButtons(document, "[data-print]", () => print());
wakeCopies(document);
for (const scope of findAll(document, "[data-choose-scope]")) choosable(scope);
for (const scope of findAll(document, "[data-filter-scope]")) filterable(scope);
findAll(document, "[data-focus]")[0]?.focus();
countDown();
if (document.querySelector("[data-countdown]")) setInterval(countDown, 1000);

document.addEventListener("click", (event) => {
  for (const menu of findAll(document, ".menu[open]", HTMLDetailsElement)) {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const [menu] = findAll(document, ".menu[open]", HTMLDetailsElement);
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  find(menu, "summary").focus();
});
document.addEventListener("hazi:swapped", (event) => wakeCopies(/** @type {HTMLElement} */ (event.target)));
