// Turns the hand-in form into a drop zone with a real progress bar. Without this file the plain form works.

import { find, partsOf, readJson } from "../lib/dom.js";
import { parseJson } from "../lib/requests.js";
import { fill } from "../lib/sentences.js";
import { ChosenFiles, sizeText } from "./chosen_files.js";
import { Cancelled, Refused, Transfer } from "./tus.js";

/** @import { News } from "./tus.js" */

const MOST_FAILURES = 5; // of the server, in a row; then the person is asked: some two minutes

/** The form, and what is on its way from it. */
class HandInForm {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.part = partsOf(form);
    this.words = readJson(form, "words");
    this.input = find(form, "input[type=file]", HTMLInputElement);
    this.drop = find(form, ".drop");
    this.bar = find(form, "progress", HTMLProgressElement);
    this.token = find(form, "[name=csrf_token]", HTMLInputElement).value;
    this.trialButton = /** @type {HTMLButtonElement | null} */ (form.querySelector("[data-trial]"));
    const endings = this.input.accept.split(",").map((ending) => ending.trim().toLowerCase());
    const limits = { endings, most: Number(form.dataset.most), largest: Number(form.dataset.largest) };
    this.chosen = new ChosenFiles(limits, this.words);
    this.trial = false; // whether it is only tried on public data
    this.key = freshKey(); // the same files sent again are one submission
    /** @type {{abort: () => void} | null} */
    this.upload = null;
    this.failures = 0;
  }

  wake() {
    const { drop, form, input } = this;
    drop.classList.add("alive");
    this.part("drop-hint").hidden = false;
    input.required = false; // the files are kept here, for the input forgets those chosen before
    input.addEventListener("change", () => {
      this.add(input.files ?? []);
      input.value = "";
    });
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    for (const name of ["dragleave", "dragend"]) {
      drop.addEventListener(name, () => drop.classList.remove("over"));
    }
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      this.add(event.dataTransfer?.files ?? []);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.upload) return;
      this.trial = this.trialButton !== null && event.submitter === this.trialButton;
      this.send();
    });
    this.part("cancel").addEventListener("click", () => this.upload?.abort());
  }

  // --- choosing ---

  /** @param {Iterable<File>} more */
  add(more) {
    this.chosen.add(more);
    this.changed();
  }

  changed() {
    this.key = freshKey();
    const rows = this.chosen.rows((file) => {
      this.chosen.remove(file);
      this.changed();
      this.input.focus();
    });
    this.part("chosen").replaceChildren(...rows);
    this.part("chosen").hidden = rows.length === 0;
    this.complain(rows.length ? this.chosen.problem() : null);
  }

  /**
   * @param {string | null | undefined} detail null hides what was said
   * @param {string} [title]
   */
  complain(detail, title = this.words.check) {
    this.part("problem").hidden = !detail;
    this.part("problem-title").textContent = detail ? title : "";
    this.part("problem-detail").textContent = detail ?? "";
  }

  // --- sending ---

  send() {
    const { files } = this.chosen;
    this.failures = 0;
    if (files.length === 0) return this.input.click();
    const hint = this.chosen.problem();
    if (hint) return this.complain(hint);
    const piecesFrom = Number(this.form.dataset.piecesFrom);
    if (files.some((file) => file.size > piecesFrom)) return this.sendInPieces();
    this.sendAtOnce();
  }

  /** A trial and a hand-in of the same files are two things. */
  keyOfAttempt() {
    return this.trial ? `${this.key}-trial` : this.key;
  }

  sendAtOnce() {
    const body = new FormData(this.form);
    body.delete("file");
    for (const file of this.chosen.files) body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", this.trial && this.trialButton ? this.trialButton.formAction : this.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", this.token);
    request.setRequestHeader("Idempotency-Key", this.keyOfAttempt());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.showShare(event.loaded / event.total);
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.ended(this.words.cut));
    request.addEventListener("abort", () => this.ended(null));
    this.upload = request;
    this.busy(true);
    request.send(body);
  }

  /** @param {XMLHttpRequest} request */
  answered(request) {
    const answer = parseJson(request.responseText);
    if (request.status === 201 && answer) return this.handedIn(answer);
    if (request.status === 503 && this.failures < MOST_FAILURES) return this.sendLater(request);
    this.ended(answer?.detail ?? this.words.cut, answer?.title ?? this.words.failed);
  }

  /**
   * A part of the server is away: the same hand-in goes out again, and is one submission all the same.
   *
   * @param {XMLHttpRequest} request
   */
  sendLater(request) {
    this.failures += 1;
    const asked = Number(request.getResponseHeader("Retry-After")) || 1;
    const seconds = Math.round(asked * (1 + Math.random()) * this.failures);
    this.part("sent").textContent = fill(this.words.pause, { seconds });
    const timer = setTimeout(() => this.sendAtOnce(), 1000 * seconds);
    const abort = () => {
      clearTimeout(timer);
      this.ended(null);
    };
    this.upload = { abort };
  }

  async sendInPieces() {
    const { words } = this;
    const transfer = new Transfer({
      files: this.chosen.files,
      uploads: this.form.dataset.uploads ?? "",
      handIn: `${this.form.dataset.handIn}${this.query()}`,
      token: this.token,
      key: this.keyOfAttempt(),
      tell: (news) => this.told(news),
    });
    this.upload = transfer;
    this.busy(true);
    try {
      this.handedIn(await transfer.run());
    } catch (error) {
      if (error instanceof Cancelled) return this.ended(words.stopped, words.cancelled);
      if (error instanceof Refused) return this.ended(error.answer?.detail ?? words.cut, error.answer?.title);
      this.ended(words.unreadable);
    }
  }

  /** What a hand-in of pieces says in its address, as a form says it in its fields. */
  query() {
    const said = new URLSearchParams();
    if (this.trial) said.set("trial", "1");
    if (this.form.querySelector("[name=keep]:checked")) said.set("keep", "1");
    return said.size ? `?${said}` : "";
  }

  /** @param {News} news */
  told(news) {
    if (news.sent !== undefined) this.showShare(news.sent / (news.total ?? 1));
    else this.part("sent").textContent = this.newsSentence(news);
  }

  /** @param {News} news */
  newsSentence({ pause = 0, offline, resumed, checking, reading }) {
    const { words } = this;
    if (reading) return words.reading;
    if (checking) return words.checking;
    if (resumed) return fill(words.resumed, { size: sizeText(resumed) });
    if (offline) return words.offline;
    return fill(words.pause, { seconds: Math.max(1, Math.round(pause / 1000)) });
  }

  /** @param {number} share */
  showShare(share) {
    this.bar.value = share;
    const percents = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    const sending = fill(this.words.sending, { percent: percents.format(share) });
    this.part("sent").textContent = share < 1 ? sending : this.words.keeping;
  }

  /** @param {{links: {html: string}}} answer */
  handedIn(answer) {
    this.part("sent").textContent = this.words.done;
    location.assign(answer.links.html);
  }

  /**
   * @param {string | null | undefined} detail
   * @param {string} [title]
   */
  ended(detail, title = this.words.failed) {
    this.upload = null;
    this.busy(false);
    this.complain(detail, title);
    this.part("send").focus();
  }

  /** @param {boolean} sending */
  busy(sending) {
    this.part("sending").hidden = !sending;
    this.part("cancel").hidden = !sending;
    this.part("send", HTMLButtonElement).disabled = sending;
    this.bar.value = 0;
    this.part("sent").textContent = "";
    if (sending) this.complain(null);
  }
}

function freshKey() {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`; // the former only in secure contexts
}

const form = document.querySelector("form[data-dropzone]");
if (form instanceof HTMLFormElement) new HandInForm(form).wake();
