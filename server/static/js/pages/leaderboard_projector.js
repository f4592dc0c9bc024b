// Keeps a leaderboard on a projector fresh: fetches the page again and takes over what changed.

import { find } from "../lib/dom.js";
import { pageOf } from "../lib/requests.js";

const board = find(document, "[data-refresh]");
const full = find(document, "[data-fullscreen]");

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const next = (await pageOf(answer)).querySelector("[data-refresh]");
  if (next && next.innerHTML !== board.innerHTML) board.replaceChildren(...next.childNodes);
}

// A failed round is no news for the hall: the last board stays, and the next round tries again.
setInterval(() => refresh().catch((problem) => console.info(problem)), 1000 * Number(board.dataset.refresh));

if (document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
  );
}
