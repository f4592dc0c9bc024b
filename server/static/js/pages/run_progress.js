// The page of a run: its state, steps, log and curve while it runs, and the report card in the end.

import { find, findAll, partsOf, readJson } from "../lib/dom.js";
import { growingPauses, pause } from "../lib/pauses.js";
import { pageOf } from "../lib/requests.js";
import { fill } from "../lib/sentences.js";
import { RunNews } from "./run_news.js";

/** @import { LossCurve } from "./loss_curve.js" */
/** @import { RunEvent, RunState } from "./run_news.js" */

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
const LOG_CHARACTERS = 200_000; // the newest; the whole log is at /log

/** What the page shows of one run. */
class RunProgress {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.part = partsOf(root);
    this.words = readJson(root, "words");
    this.log = this.part("log");
    this.curve = /** @type {LossCurve} */ (this.part("live-curve")); // the page loads what it does
    /** @type {number | null} */
    this.attempt = null;
  }

  follow() {
    const news = new RunNews(this.root.dataset.events ?? "", {
      state: (state) => this.showState(state),
      event: (event) => this.showEvent(event),
      end: (state) => this.finish(state),
      link: (link) => this.showLink(link),
    });
    news.listen();
  }

  /** @param {"streaming" | "polling" | "offline"} link */
  showLink(link) {
    this.say("link", link === "streaming" ? "" : this.words[link]);
  }

  /** @param {RunState} run */
  showState(run) {
    const { part, root } = this;
    const lost = this.attempt !== null && this.attempt > 0 && run.attempt > this.attempt;
    if (lost) this.startAgain(run.attempt);
    this.attempt = run.attempt;
    // While it runs the sentence tells the phase.
    if (root.dataset.state !== "running" || run.state !== "running") this.say("status", this.sentence(run));
    root.dataset.state = run.state;
    root.querySelector("[data-cancel]")?.toggleAttribute("hidden", run.state !== "waiting");
    part("expected").hidden = !run.expected_finish;
    if (!run.expected_finish) return;
    part("expected-time").textContent = this.clockTime(run.expected_finish);
  }

  /** @param {RunState} run */
  sentence({ state, position, no_grader }) {
    if (no_grader) return this.words.no_grader;
    if (state === "waiting" && position) return fill(this.words.position, { n: position });
    return this.words[state] ?? this.words.waiting;
  }

  /** @param {number} attempt */
  startAgain(attempt) {
    this.say("link", fill(this.words.again, { n: attempt }));
    this.log.textContent = "";
    this.curve.clear();
    this.markStep("queue");
  }

  /** @param {RunEvent} event */
  showEvent({ kind, text, values }) {
    if (kind === "phase") this.showPhase(text);
    if (kind === "log") this.showLog(text);
    if (kind === "point") this.showPoint(values);
  }

  /** @param {string} phase */
  showPhase(phase) {
    this.markStep(phase);
    this.say("status", this.words.phases[phase] ?? this.words.running);
  }

  steps() {
    return findAll(this.root, "[data-step]");
  }

  /** @param {string} phase */
  markStep(phase) {
    const now = this.steps().findIndex((step) => step.dataset.step === phase);
    if (now < 0) return;
    this.steps().forEach((step, index) => {
      step.classList.toggle("done", index < now);
      if (index === now) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
  }

  /** @param {string | null} failed the step in which it ended without a score */
  markEnd(failed) {
    let reached = true;
    for (const step of this.steps()) {
      const isFailed = step.dataset.step === failed;
      step.classList.toggle("failed", isFailed);
      reached &&= !isFailed;
      step.classList.toggle("done", reached);
      step.removeAttribute("aria-current");
    }
  }

  /** @param {string} text */
  showLog(text) {
    const { log } = this;
    log.append(text.endsWith("\n") ? text : `${text}\n`);
    const whole = log.textContent ?? "";
    if (whole.length > 1.5 * LOG_CHARACTERS) log.textContent = whole.slice(-LOG_CHARACTERS);
    if (this.part("follow", HTMLInputElement).checked) log.scrollTop = log.scrollHeight;
  }

  /** @param {Record<string, number>} values */
  showPoint(values) {
    this.part("no-curve").hidden = true;
    this.curve.add(values);
  }

  /** @param {RunState} run */
  async finish(run) {
    this.root.dataset.state = run.state;
    const ending = run.state === "cancelled" ? "cancelled" : run.verdict === "scored" ? "done" : "ended";
    this.say("status", this.words[ending]);
    this.say("link", "");
    this.part("expected").hidden = true;
    const card = await this.fetchCard();
    if (card) this.swapIn(card);
    else location.reload();
  }

  /** The report card, asked for until it is here; null where the server refuses it. */
  async fetchCard() {
    const pauses = growingPauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    for (;;) {
      try {
        const answer = await fetch(this.root.dataset.card ?? "", { headers: { Accept: "text/html" } });
        if (answer.ok) return await pageOf(answer);
        if (answer.status < 500 && answer.status !== 429) return null;
      } catch (problem) {
        console.info(problem);
      }
      this.say("link", this.words.offline);
      await pause(pauses.take());
    }
  }

  /** @param {Document} card */
  swapIn(card) {
    this.say("link", "");
    const report = find(document, "[data-report]");
    report.replaceChildren(...card.body.childNodes);
    report.hidden = false;
    find(document, "[data-heading]").textContent = this.words.heading;
    if (this.root.dataset.state !== "cancelled")
      this.markEnd(report.querySelector("[data-failed]")?.getAttribute("data-failed") ?? null);
    find(this.root, ".beside").hidden = true; // the card has the curve, and the log is a link away
    report.dispatchEvent(new CustomEvent("hazi:swapped", { bubbles: true }));
    findAll(report, "[data-report-head]")[0]?.focus();
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  say(name, text) {
    const target = this.part(name);
    if (target.textContent !== text) target.textContent = text; // a reader hears each sentence once
    if (name === "link") target.hidden = !text;
  }

  /** @param {string} moment */
  clockTime(moment) {
    const look = new Intl.DateTimeFormat(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23", // as everywhere on the page
      timeZone: this.root.dataset.zone,
    });
    return look.format(new Date(moment));
  }
}

const root = document.querySelector("[data-live]");
if (root instanceof HTMLElement) new RunProgress(root).follow();
