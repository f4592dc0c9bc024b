// The question on a phone: it opens by the server's clock, takes the answer, and shows what came of it.

import { make, showRendered } from "../lib/dom.js";
import { fill, problemSentence } from "../lib/sentences.js";
import { control } from "../questions/all.js";
import { outcomeLines } from "./outcome.js";
import { drawTimeLeft, timeLeft } from "./question_timer.js";
import { serverTime } from "./synchronized_clock.js";

/** @import { Parts } from "../lib/dom.js" */
/** @import { Words } from "../lib/sentences.js" */
/** @import { Control } from "../questions/registry.js" */
/** @import { Fate, Outbox } from "./outbox.js" */
/** @import { Times } from "./question_timer.js" */
/** @import { Snapshot } from "./snapshots.js" */

const TICK_MS = 200;
const BUZZ_MS = 15;

/**
 * Whether a snapshot has what a question needs: its text and its moments.
 *
 * @param {Snapshot} snapshot
 */
export function hasQuestion(snapshot) {
  return Boolean(questionOf(snapshot)) && timeLeft(snapshot, 0) !== null;
}

/** @param {Snapshot} snapshot */
function questionOf({ question, me }) {
  return question ?? me.question;
}

/**
 * Where a player stands; empty where there is no game.
 *
 * @param {Words} words
 * @param {Snapshot} snapshot
 */
export function rankAndPoints(words, { me, game }) {
  if (game === "none" || !me.place) return null;
  return {
    rank: fill(words.place, { n: me.place, of: me.players }),
    points: fill(words.points, { n: me.points }),
  };
}

/** One question after the other. Its clock runs from `show` until `leave`, and no longer. */
export class PhoneQuestion {
  /**
   * @param {Parts} part
   * @param {Words} words
   * @param {Outbox} outbox
   */
  constructor(part, words, outbox) {
    this.part = part;
    this.words = words;
    this.outbox = outbox;
    /** @type {Snapshot | null} */
    this.seen = null;
    /** @type {Control | null} */
    this.control = null;
    this.round = ""; // which one is drawn
    this.drawnAt = 0; // when it could first be seen
    this.counted = 0; // answers of this phone to this round
    this.timer = 0;
  }

  /** @param {Snapshot} snapshot which `hasQuestion` */
  show(snapshot) {
    this.seen = snapshot;
    if (this.round !== snapshot.round) this.draw(snapshot);
    const { me, phase, round = "" } = snapshot;
    if (me.answer !== undefined && !this.outbox.peek(round) && (me.n ?? 0) >= this.counted) {
      this.counted = me.n ?? 0;
      this.control?.set(me.answer);
      if (phase !== "reveal") this.say(this.words.saved);
    }
    if (phase === "closed" || phase === "reveal") this.control?.shut();
    if (phase === "reveal") this.reveal(snapshot);
    this.tick();
  }

  /** Something else has the screen. */
  leave() {
    clearTimeout(this.timer);
    this.seen = null;
    this.round = "";
  }

  /** @param {Snapshot} snapshot */
  draw(snapshot) {
    const { part, words } = this;
    const question = questionOf(snapshot);
    if (!question) return;
    this.round = snapshot.round ?? "";
    this.counted = snapshot.me.n ?? 0;
    this.drawnAt = 0;
    this.control = control(question, words, (content) => this.answer(content));
    showRendered(part("text"), question.text);
    part("answer").replaceChildren(this.control.element);
    part("outcome").hidden = true;
    const vote = (snapshot.vote ?? 1) > 1 ? ` · ${words.again}` : "";
    part("number").textContent = this.which(snapshot) + vote;
    this.say("");
    const waiting = this.outbox.peek(this.round);
    if (!waiting) return;
    this.control.set(waiting.answer);
    this.counted = Math.max(this.counted, waiting.n);
  }

  /** @param {Snapshot} snapshot */
  which({ number, of }) {
    return fill(this.words.question_of, { n: number, of });
  }

  /** Everybody sees the question at the same moment, by the server's clock. */
  tick() {
    clearTimeout(this.timer);
    const times = this.seen && timeLeft(this.seen, serverTime());
    if (!this.seen || !times) return;
    if (times.early > 0 && this.seen.phase !== "reveal") {
      this.getReady(this.seen);
      this.timer = setTimeout(() => this.tick(), Math.min(times.early, TICK_MS));
      return;
    }
    this.open();
    this.count(times, this.seen.phase);
    if (!times.over) this.timer = setTimeout(() => this.tick(), TICK_MS);
  }

  /** @param {Snapshot} snapshot */
  getReady(snapshot) {
    const { part, words } = this;
    part("play").hidden = true;
    part("wait").hidden = false;
    part("wait-big").textContent = words.ready;
    part("wait-small").textContent = this.which(snapshot);
  }

  /** Who does not see the screen hears that there is a question, and which. */
  announce() {
    const { part, seen } = this;
    if (seen) part("announced").textContent = `${this.which(seen)}: ${part("text").textContent}`;
  }

  open() {
    if (this.part("play").hidden) {
      this.part("wait").hidden = true;
      this.part("play").hidden = false;
      scrollTo(0, 0);
      this.announce();
    }
    this.drawnAt ||= performance.now();
  }

  /**
   * @param {Times} times
   * @param {string} phase
   */
  count({ over, seconds, share }, phase) {
    const { part, words } = this;
    part("left").textContent = over ? words.closed : fill(words.seconds, { n: seconds });
    drawTimeLeft(part("timer"), share);
    part("timer").hidden = phase === "reveal";
    if (!over || phase === "reveal") return;
    this.control?.shut();
    if (this.counted === 0) this.say(words.none);
  }

  /** @param {unknown} content */
  answer(content) {
    const { outbox, round } = this;
    const change = this.seen?.change;
    if (this.counted > 0 && !change && !outbox.peek(round)) return;
    this.counted += 1;
    const elapsed_ms = Math.max(0, performance.now() - this.drawnAt);
    outbox.put(round, { answer: content, n: this.counted, elapsed_ms });
    if (!change) this.control?.shut();
    navigator.vibrate?.(BUZZ_MS);
  }

  /**
   * What became of an answer, if it was to the question that is drawn.
   *
   * @param {Fate} fate
   */
  told({ round, status, problem }) {
    if (round !== this.round) return;
    const { words, seen } = this;
    const sentences = {
      sending: words.sending,
      saved: seen?.change && seen.phase === "question" ? words.saved_change : words.saved,
      other: words.other,
      kept: words.kept,
      refused: problemSentence(problem),
    };
    this.say(sentences[status], status);
  }

  /**
   * @param {string} sentence
   * @param {string} [status]
   */
  say(sentence, status = sentence ? "saved" : "") {
    this.part("saved").textContent = sentence;
    this.part("saved").dataset.status = status;
  }

  /** @param {Snapshot} snapshot */
  reveal(snapshot) {
    const { part, words } = this;
    const { me, game } = snapshot;
    const answered = snapshot.answered ?? me.answered;
    if (!answered) return;
    this.say("");
    this.control?.reveal(answered);
    const between = [];
    if (game !== "none" && me.earned) {
      between.push(make("p", { class: "earned" }, fill(words.earned, { n: me.earned })));
    }
    const stands = rankAndPoints(words, snapshot);
    if (stands) between.push(make("p", { class: "muted" }, `${stands.rank} · ${stands.points}`));
    part("outcome").replaceChildren(...outcomeLines(answered, me.credit, words, ...between));
    if (!part("outcome").hidden) return;
    part("outcome").hidden = false;
    part("outcome").scrollIntoView({ block: "nearest" });
  }
}
