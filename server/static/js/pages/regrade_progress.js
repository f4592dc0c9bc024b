// The page of a regrade that runs: what it shows is brought up to date until all runs have ended.

const EVERY_MS = 2000;

async function look() {
  const shown = document.querySelector("[data-under-way]");
  if (!shown) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of [".masthead", "main > .page > .stack"]) {
        const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
        if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
      }
    }
  } catch {
    // Nobody answers: it is asked again.
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
