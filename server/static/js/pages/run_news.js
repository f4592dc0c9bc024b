// News of a run: Server-Sent Events first, polling when they are cut, until the run is over.

import { growingPauses, pause } from "../lib/pauses.js";
import { askJson } from "../lib/requests.js";
import { openStream } from "../lib/stream.js";

/**
 * A submission on its way; `position` in the queue, `attempt` counts the graders that took it.
 *
 * @typedef {object} RunState
 * @property {string} state
 * @property {number} attempt
 * @property {number | null} position
 * @property {string | null} expected_finish
 * @property {string | null} [verdict]
 * @property {boolean} [no_grader] whether it waits and nobody is there to take it
 */

/** @typedef {{id: number, kind: string, text: string, values: Record<string, number>}} RunEvent */

/**
 * @typedef {object} Hearers
 * @property {(state: RunState) => void} state
 * @property {(event: RunEvent) => void} event hears each once, in their order
 * @property {(state: RunState) => void} end hears once that the run is over
 * @property {(link: "streaming" | "polling" | "offline") => void} link
 */

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15_000;
const CUTS_BEFORE_POLLING = 3;
const KINDS = ["phase", "log", "point", "started"];

/** One run that is followed. */
export class RunNews {
  /**
   * @param {string} address of the events
   * @param {Hearers} hearers
   */
  constructor(address, hearers) {
    this.address = address;
    this.hearers = hearers;
    this.last = 0; // id of the last event
    this.over = false;
  }

  /** Follow by stream, and by asking when the stream is refused or cut again and again. */
  listen() {
    let cuts = 0;
    /** @param {(data: any) => void} hear */
    const whole = (hear) => (/** @type {any} */ data) => {
      cuts = 0;
      this.hearers.link("streaming");
      hear(data);
      if (this.over) source.close();
    };
    const events = KINDS.map((kind) => [kind, whole((event) => this.take({ ...event, kind }))]);
    const source = openStream(this.address, {
      events: {
        ...Object.fromEntries(events),
        state: whole((state) => this.hearers.state(state)),
        end: whole((state) => this.end(state)),
      },
      failed: (closed) => {
        cuts += 1;
        if (this.over || (!closed && cuts < CUTS_BEFORE_POLLING)) return;
        source.close();
        this.poll();
      },
    });
  }

  async poll() {
    const pauses = growingPauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    this.hearers.link("polling");
    while (!this.over) {
      if (await this.ask()) pauses.reset();
      if (!this.over) await pause(pauses.take());
    }
  }

  /** Ask once for what is new, and say whether there was an answer. */
  async ask() {
    try {
      const answer = await askJson(`${this.address}?after=${this.last}`);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const { events, next, submission } = await answer.json();
      this.hearers.link("polling");
      for (const event of events) this.take(event);
      this.last = next ?? this.last;
      if (isOver(submission) && events.length === 0) this.end(submission);
      else this.hearers.state(submission);
      return true;
    } catch (problem) {
      console.info(problem);
      this.hearers.link("offline");
      return false;
    }
  }

  /** @param {RunEvent} event */
  take(event) {
    if (event.id <= this.last) return;
    this.last = event.id;
    this.hearers.event(event);
  }

  /** @param {RunState} state */
  end(state) {
    if (this.over) return;
    this.over = true;
    this.hearers.end(state);
  }
}

/** @param {RunState} run */
function isOver({ state }) {
  return state === "done" || state === "cancelled";
}
