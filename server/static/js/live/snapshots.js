// Follows a live quiz: by stream, by asking when it is silent or cut, and at once when the phone wakes.

import { askJson } from "../lib/requests.js";
import { openStream } from "../lib/stream.js";
import { recordAnswer, recordPush } from "./synchronized_clock.js";

/** @import { Problem } from "../lib/sentences.js" */
/** @import { Answered, Shown } from "../questions/registry.js" */

/**
 * The player who looks. `answer` is what the server has of theirs, `n` counts it.
 *
 * @typedef {object} Player
 * @property {string} nickname
 * @property {number} [place]
 * @property {number} [points]
 * @property {number} [players]
 * @property {unknown} [answer]
 * @property {number} [n]
 * @property {number} [credit]
 * @property {number} [earned]
 * @property {Shown} [question] where everybody has numbers of their own
 * @property {Answered} [answered]
 */

/**
 * Where a room stands, as a phone is told. Moments are in milliseconds since 1970.
 *
 * @typedef {object} Snapshot
 * @property {number} now
 * @property {number} v grows with each change
 * @property {string} phase
 * @property {string} title
 * @property {number} of how many questions there are
 * @property {string} game
 * @property {Player} me
 * @property {string} [round] what answers are sent to
 * @property {number} [number]
 * @property {number} [vote]
 * @property {boolean} [change] whether an answer may be changed
 * @property {number} [opens_at]
 * @property {number} [closes_at]
 * @property {Shown} [question]
 * @property {Answered} [answered]
 */

/**
 * @typedef {object} Hearers
 * @property {(snapshot: Snapshot) => void} show gets each new snapshot
 * @property {(problem: Problem) => void} out is told once, when the player is out: nothing is shown after it
 * @property {(connected: boolean) => void} link
 */

const SILENT_MS = 25_000;
const POLL_MS = 4500; // with jitter, so that a hall does not ask in step
const TRY_STREAM_MS = 8000;
const PATIENCE_MS = 8000;

/** Follows one room, from `start` until `stop` or until the player is out. */
export class RoomFollower {
  /**
   * @param {(what: string) => string} address of "events" and of "state"
   * @param {Hearers} hearers
   */
  constructor(address, hearers) {
    this.address = address;
    this.hearers = hearers;
    /** @type {EventSource | null} */
    this.source = null;
    this.heard = Date.now();
    this.version = -1;
    this.etag = "";
    this.timer = 0;
    this.stopped = new AbortController();
  }

  start() {
    const until = { signal: this.stopped.signal };
    document.addEventListener("visibilitychange", () => this.wake(), until);
    addEventListener("pageshow", (event) => event.persisted && this.wake(), until);
    addEventListener("online", () => this.wake(), until);
    this.look();
    this.listen();
  }

  stop() {
    this.stopped.abort();
    clearTimeout(this.timer);
    this.source?.close();
  }

  listen() {
    this.source?.close();
    this.source = openStream(this.address("events"), {
      events: {
        state: (snapshot) => {
          recordPush(snapshot.now);
          this.take(snapshot);
        },
        out: (problem) => this.leave(problem),
      },
      opened: () => this.connected(),
      failed: () => {
        this.cut();
        this.plan(POLL_MS * (0.5 + Math.random()));
      },
    });
  }

  /** @param {Snapshot} snapshot */
  take(snapshot) {
    if (this.isStopped()) return; // it was on its way when the player was sent out
    this.connected();
    if (snapshot.v < this.version) return; // an older one that was overtaken
    this.version = snapshot.v;
    this.hearers.show(snapshot);
  }

  connected() {
    if (this.isStopped()) return;
    this.heard = Date.now();
    this.hearers.link(true);
  }

  cut() {
    if (!this.isStopped()) this.hearers.link(false);
  }

  /** Ask where the room stands, at once. */
  async look() {
    clearTimeout(this.timer);
    const sent = Date.now();
    try {
      const answer = await askJson(this.address("state"), {
        headers: this.etag ? { "If-None-Match": this.etag } : {},
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.status === 200) {
        const received = Date.now();
        const snapshot = await answer.json();
        this.etag = answer.headers.get("ETag") ?? "";
        recordAnswer(snapshot.now, sent, received);
        this.take(snapshot);
      } else if (answer.status === 304) {
        this.connected();
      } else if (answer.status < 500 && answer.status !== 429) {
        return this.leave(await answer.json());
      }
    } catch (problem) {
      console.info(problem);
      this.cut();
    }
    this.plan(POLL_MS * (0.8 + 0.4 * Math.random()));
  }

  /**
   * The stream does the work; a look follows only when it is silent, and a new stream when it is closed.
   *
   * @param {number} wait_ms
   */
  plan(wait_ms) {
    clearTimeout(this.timer);
    if (this.isStopped()) return;
    this.timer = setTimeout(() => {
      const silent_ms = Date.now() - this.heard;
      const streaming = this.isOpen() && silent_ms < SILENT_MS;
      if (this.source?.readyState === EventSource.CLOSED && silent_ms > TRY_STREAM_MS) this.listen();
      if (streaming) this.plan(POLL_MS);
      else this.look();
    }, wait_ms);
  }

  isStopped() {
    return this.stopped.signal.aborted;
  }

  isOpen() {
    return this.source?.readyState === EventSource.OPEN;
  }

  /** @param {Problem} problem */
  leave(problem) {
    if (this.isStopped()) return;
    this.stop();
    this.hearers.out(problem);
  }

  wake() {
    if (document.visibilityState === "hidden") return;
    if (!this.isOpen() || Date.now() - this.heard > SILENT_MS) this.listen();
    this.look();
  }
}
