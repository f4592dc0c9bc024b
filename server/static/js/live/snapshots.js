// Follows a live quiz: the stream first, a look by GET when it is silent or cut, and at once when the phone wakes.

import { roughly, sample } from "./synchronized_clock.js";

const SILENT_MS = 25_000;
const POLL_MS = 4500; // with jitter, so that a hall does not ask in step
const TRY_STREAM_MS = 8000;

/**
 * Calls `show(snapshot)` for each new snapshot, `out(problem)` when the player is out, and `link(connected)`.
 * Returns a function that looks at once.
 */
export function follow(address, { show, out, link, events }) {
  let source = null;
  let heard = Date.now();
  let version = -1;
  let etag = "";
  let stopped = false;
  let timer = 0;

  function listen() {
    source?.close();
    source = new EventSource(address(events ?? "events"));
    source.addEventListener("state", (message) => {
      const snapshot = JSON.parse(message.data);
      roughly(snapshot.now);
      take(snapshot);
    });
    source.addEventListener("out", (message) => stop(JSON.parse(message.data)));
    source.addEventListener("open", () => live());
    source.addEventListener("error", () => {
      link(false);
      plan(POLL_MS * (0.5 + Math.random()));
    });
  }

  function take(snapshot) {
    live();
    if (snapshot.v < version) return; // an older one that was overtaken
    version = snapshot.v;
    show(snapshot);
  }

  function live() {
    heard = Date.now();
    link(true);
  }

  async function look() {
    if (stopped) return;
    clearTimeout(timer);
    const sent = Date.now();
    try {
      const answer = await fetch(address("state"), {
        headers: { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) },
        cache: "no-store",
        signal: AbortSignal.timeout(8000),
      });
      if (answer.status === 200) {
        const received = Date.now();
        const snapshot = await answer.json();
        etag = answer.headers.get("ETag") ?? "";
        sample(snapshot.now, sent, received);
        take(snapshot);
      } else if (answer.status === 304) {
        live();
      } else if (answer.status < 500 && answer.status !== 429) {
        return stop(await answer.json());
      }
    } catch (problem) {
      console.info(problem);
      link(false);
    }
    plan(POLL_MS * (0.8 + 0.4 * Math.random()));
  }

  /** The stream does the work; a look follows only when it is silent, and a new stream when it is closed. */
  function plan(wait) {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => {
      const streaming = source?.readyState === EventSource.OPEN && Date.now() - heard < SILENT_MS;
      if (source?.readyState === EventSource.CLOSED && Date.now() - heard > TRY_STREAM_MS) listen();
      if (streaming) plan(POLL_MS);
      else look();
    }, wait);
  }

  function stop(problem) {
    stopped = true;
    clearTimeout(timer);
    source?.close();
    out(problem);
  }

  function wake() {
    if (stopped || document.visibilityState === "hidden") return;
    if (source?.readyState !== EventSource.OPEN || Date.now() - heard > SILENT_MS) listen();
    look();
  }

  document.addEventListener("visibilitychange", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  addEventListener("online", wake);
  look();
  listen();
  return look;
}
