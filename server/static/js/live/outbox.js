// Answers on their way: kept on the phone until the server has them, tried again until then.

import { roundTrip } from "./synchronized_clock.js";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5000;
const RENEW_MS = 30_000; // at most once in that time
const FINAL = new Set([401, 403, 404, 409, 422]); // trying again would change nothing

/** The token of this page has expired, as after signing in elsewhere: a new page has a new one, and sends what waits. */
function renew() {
  try {
    const last = Number(sessionStorage.getItem("hazi.renewed") ?? 0);
    if (Date.now() - last < RENEW_MS) return;
    sessionStorage.setItem("hazi.renewed", String(Date.now()));
    location.reload();
  } catch (problem) {
    console.info(problem); // without storage the page would lose what waits
  }
}

/** `tell(event)` hears {round, status: "sending" | "saved" | "other" | "kept" | "refused", problem}. */
export class Outbox {
  constructor(api, pin, headers, tell) {
    this.api = api;
    this.key = `hazi.outbox.${pin}`;
    this.headers = headers;
    this.tell = tell;
    this.busy = false;
    addEventListener("online", () => this.flush());
  }

  /** Take an answer. A newer one to the same round takes the place of one that has not left yet. */
  put(round, body) {
    const waiting = this.waiting();
    waiting[round] = body;
    this.keep(waiting);
    this.flush();
  }

  /** What waits to be sent to this round, if anything. */
  peek(round) {
    return this.waiting()[round];
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    let wait = FIRST_WAIT_MS;
    for (let next = this.first(); next; next = this.first()) {
      const [round, body] = next;
      if (await this.send(round, body)) {
        wait = FIRST_WAIT_MS;
        continue;
      }
      this.tell({ round, status: "kept" });
      await new Promise((resolve) => setTimeout(resolve, wait * (0.75 + Math.random() / 2)));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
    this.busy = false;
  }

  /** Whether there is nothing more to do for this answer. */
  async send(round, body) {
    this.tell({ round, status: "sending" });
    try {
      const answer = await fetch(`${this.api}/answers/${encodeURIComponent(round)}`, {
        method: "PUT",
        headers: { "Content-Type": "application/json", Accept: "application/json", ...this.headers() },
        body: JSON.stringify({ ...body, round_trip_ms: roundTrip() }),
        signal: AbortSignal.timeout(8000),
      });
      if (answer.ok) return this.done(round, body, (await answer.json()).saved ? { status: "saved" } : { status: "other" });
      if (answer.status === 400) renew();
      if (!FINAL.has(answer.status)) return false;
      return this.done(round, body, { status: "refused", problem: await answer.json().catch(() => ({})) });
    } catch (problem) {
      console.info(problem);
      return false;
    }
  }

  done(round, body, told) {
    const waiting = this.waiting();
    if (waiting[round]?.n === body.n) delete waiting[round];
    this.keep(waiting);
    this.tell({ round, ...told });
    return true;
  }

  first() {
    return Object.entries(this.waiting())[0];
  }

  waiting() {
    if (this.memory) return this.memory;
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

  keep(waiting) {
    this.memory = waiting;
    try {
      localStorage.setItem(this.key, JSON.stringify(waiting));
    } catch (problem) {
      console.info(problem); // private windows may have no storage: the memory has it
    }
  }
}
