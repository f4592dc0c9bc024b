// Answers on their way: kept on the phone until the server has them, tried again until then.

import { growingPauses, pause } from "../lib/pauses.js";
import { sendJson } from "../lib/requests.js";
import { recall, remember } from "../lib/storage.js";
import { roundTrip } from "./synchronized_clock.js";

/** @import { Problem } from "../lib/sentences.js" */

/**
 * An answer to a round: `n` counts the answers of this phone to it.
 *
 * @typedef {{answer: unknown, n: number, elapsed_ms: number}} SentAnswer
 */

/**
 * What became of an answer.
 *
 * @typedef {object} Fate
 * @property {string} round
 * @property {"sending" | "saved" | "other" | "kept" | "refused"} status
 * @property {Problem} [problem] why it was refused
 */

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 5000;
const PATIENCE_MS = 8000;
const RENEW_MS = 30_000; // at most once in that time
const RENEWED = "hazi.renewed";
const FINAL = new Set([401, 403, 404, 409, 422]); // trying again would change nothing

/**
 * The token of this page has expired, as after signing in elsewhere: a new page has a new one, and sends what
 * waits.
 */
function renew() {
  const last = Number(recall(RENEWED, "sessionStorage") ?? 0);
  if (Date.now() - last < RENEW_MS) return;
  // Without storage the page would lose what waits.
  if (remember(RENEWED, String(Date.now()), "sessionStorage")) location.reload();
}

/** The answers of one phone in one room. */
export class Outbox {
  /**
   * @param {string} api address of the room
   * @param {string} pin
   * @param {string} token of the page
   * @param {(fate: Fate) => void} tell
   */
  constructor(api, pin, token, tell) {
    this.api = api;
    this.key = `hazi.outbox.${pin}`;
    this.token = token;
    this.tell = tell;
    this.busy = false;
    /** @type {Record<string, SentAnswer> | null} */
    this.memory = null;
    addEventListener("online", () => this.flush());
  }

  /**
   * Take an answer. A newer one to the same round takes the place of one that has not left yet.
   *
   * @param {string} round
   * @param {SentAnswer} body
   */
  put(round, body) {
    this.keep({ ...this.waiting(), [round]: body });
    this.flush();
  }

  /**
   * What waits to be sent to this round, if anything.
   *
   * @param {string} round
   * @returns {SentAnswer | undefined}
   */
  peek(round) {
    return this.waiting()[round];
  }

  /** Send what waits, one after the other, until nothing does. */
  async flush() {
    if (this.busy) return;
    this.busy = true;
    const pauses = growingPauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    for (let next = this.first(); next; next = this.first()) {
      const [round, body] = next;
      if (await this.send(round, body)) {
        pauses.reset();
        continue;
      }
      this.tell({ round, status: "kept" });
      await pause(pauses.take() * (0.75 + Math.random() / 2)); // not all phones at once
    }
    this.busy = false;
  }

  /**
   * Whether there is nothing more to do for this answer.
   *
   * @param {string} round
   * @param {SentAnswer} body
   */
  async send(round, body) {
    this.tell({ round, status: "sending" });
    try {
      const address = `${this.api}/answers/${encodeURIComponent(round)}`;
      const value = { ...body, round_trip_ms: roundTrip() };
      const answer = await sendJson("PUT", address, this.token, value, {
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.ok) {
        const { saved } = await answer.json();
        return this.done(body, { round, status: saved ? "saved" : "other" });
      }
      if (answer.status === 400) renew();
      if (!FINAL.has(answer.status)) return false;
      const problem = await answer.json().catch(() => ({}));
      return this.done(body, { round, status: "refused", problem });
    } catch (problem) {
      console.info(problem);
      return false;
    }
  }

  /**
   * @param {SentAnswer} body
   * @param {Fate} fate
   */
  done(body, fate) {
    const waiting = { ...this.waiting() };
    if (waiting[fate.round]?.n === body.n) delete waiting[fate.round];
    this.keep(waiting);
    this.tell(fate);
    return true;
  }

  first() {
    return Object.entries(this.waiting())[0];
  }

  /** @returns {Record<string, SentAnswer>} by round */
  waiting() {
    if (this.memory) return this.memory;
    try {
      return JSON.parse(recall(this.key) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }

  /** @param {Record<string, SentAnswer>} waiting */
  keep(waiting) {
    this.memory = waiting; // private windows may have no storage
    remember(this.key, JSON.stringify(waiting));
  }
}
