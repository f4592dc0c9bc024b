// The server's time on this page: as it was when the page was asked for, and a clock that only goes forward.

const DRIFT_MS = 2000; // more than that, and the machine has slept

/** @type {HTMLElement | null} */
const told = document.querySelector("[data-server-now]");
const visit = /** @type {PerformanceNavigationTiming | undefined} */ (
  performance.getEntriesByType("navigation")[0]
);

// From when the page was asked for, not from when it came: a clock that is a little fast misleads nobody.
let base = told ? Number(told.dataset.serverNow) - (visit?.requestStart ?? 0) : performance.timeOrigin;
let drift = Date.now() - performance.now();

/** Milliseconds since 1970 by the server's clock. */
export function serverNow() {
  return base + performance.now();
}

/** Ask again after the machine has slept: then the clock that only goes forward may have stood still. */
export async function recheck() {
  const now = Date.now() - performance.now();
  if (!told || Math.abs(now - drift) < DRIFT_MS) return;
  const asked = performance.now();
  const answer = await fetch(import.meta.url, { method: "HEAD", cache: "no-store" });
  const date = Date.parse(answer.headers.get("date") ?? "");
  if (!date) return;
  base = date + 999 - asked; // it is told in whole seconds
  drift = now;
}

document.addEventListener("visibilitychange", () => document.hidden || recheck().catch(() => {}));
