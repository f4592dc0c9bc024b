// Keeps the board on the wall fresh: fetches the page again and takes over what changed.

const board = document.querySelector("[data-refresh]");
const full = document.querySelector("[data-fullscreen]");

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.querySelector("[data-refresh]");
  if (next && next.innerHTML !== board.innerHTML) board.replaceChildren(...next.childNodes);
}

// A failed round is no news for the hall: the last board stays, and the next round tries again.
setInterval(() => refresh().catch((problem) => console.info(problem)), board.dataset.refresh * 1000);

if (document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
  );
}
