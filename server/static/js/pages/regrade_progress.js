// The page of a regrade that runs: what it shows is brought up to date until all runs have ended.

import { pageOf } from "../lib/requests.js";

const EVERY_MS = 2000;
const PATIENCE_MS = 8000;
const FRESH = [".masthead", "main > .page > .stack"];

async function look() {
  if (!document.querySelector("[data-under-way]")) return;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(location.href, { cache: "no-store", signal });
    if (answer.ok) takeOver(await pageOf(answer));
  } catch {
    // Nobody answers: it is asked again.
  }
  setTimeout(look, EVERY_MS);
}

/** @param {Document} page */
function takeOver(page) {
  for (const selector of FRESH) {
    const [old, fresh] = [document.querySelector(selector), page.querySelector(selector)];
    if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
  }
}

setTimeout(look, EVERY_MS);
