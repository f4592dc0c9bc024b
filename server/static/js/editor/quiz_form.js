// A quiz as a form. Its state is the document itself: the tables of the file, which every field writes into.

import { findAll, make } from "../lib/dom.js";
import {
  bilingualField,
  choiceField,
  flagField,
  foldedFields,
  numberField,
  textField,
  toolButton,
} from "../lib/form_fields.js";
import { starter, typeNames } from "../questions/all.js";
import { firstLine, questionFields, typeName } from "./question_fields.js";

/** @import { Words } from "../lib/sentences.js" */
/** @import { Focus } from "../questions/registry.js" */
/** @import { QuestionTable } from "./question_fields.js" */

/** @typedef {{question: QuestionTable[], policy?: Record<string, any>}} QuizDocument */

const COUNTS = ["all", "signed-in", "nobody"];
const GAMES = ["kahoot", "flat", "bonus", "none"];
const MANY = 8; // so many questions are folded at first: a list of them is easier to find one in
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/; // what a field for date and time can show
const LONGEST_STEM = 50; // characters of an id before its number
const FIELDS = "textarea, input:not([type=radio], [type=checkbox]), select";

/**
 * Go to a button, or to another where it cannot be pressed; without one to the first field.
 *
 * @param {Element | null} element
 * @param {string} [act]
 */
function focusIn(element, act) {
  const wanted = act ? [`[data-act="${act}"]:enabled`, "[data-act]:enabled"] : [FIELDS, "button"];
  /** @param {string} selector */
  const seen = (selector) => findAll(element, selector).find((one) => one.checkVisibility());
  const found = wanted.map(seen).find(Boolean);
  found?.focus({ preventScroll: Boolean(act) });
}

/** The form of one quiz. */
export class QuizForm {
  /**
   * @param {HTMLElement} element
   * @param {Words} words
   * @param {(question: QuestionTable, index: number) => void} preview shows a question as a phone will
   */
  constructor(element, words, preview) {
    this.element = element;
    this.words = words;
    this.preview = preview;
    /** @type {QuizDocument} */
    this.document = { question: [] };
    /** @type {WeakSet<QuestionTable>} questions of which only the head is seen */
    this.shut = new WeakSet();
    /** @type {{question: QuestionTable, index: number} | null} what was taken out last: it can come back */
    this.removed = null;
  }

  get visible() {
    return !this.element.hidden;
  }

  set visible(seen) {
    this.element.hidden = !seen;
  }

  /** @param {QuizDocument} document */
  show(document) {
    this.document = document;
    this.document.question ??= [];
    this.removed = null;
    if (document.question.length > MANY) this.foldAll(true);
    this.draw();
  }

  draw() {
    const { words, document } = this;
    /** @type {HTMLElement[]} */
    const cards = document.question.map((question, index) => this.card(question, index));
    if (this.removed) cards.splice(this.removed.index, 0, this.undo(this.removed));
    const fold = cards.length > 1 ? [this.foldAllButton()] : [];
    this.element.replaceChildren(this.head(), this.policy(), ...fold, ...cards, this.adder());
    this.element.setAttribute("aria-label", words.form);
  }

  // --- the quiz itself ---

  head() {
    const { words, document } = this;
    const slug = textField(document, "slug", words.slug, { path: "slug", hint: words.slug_hint });
    const title = bilingualField(document, "title", words.title, words, { path: "title" });
    return make("section", { class: "card" }, make("div", { class: "form-row" }, slug), title);
  }

  policy() {
    const { words, document } = this;
    document.policy ??= {};
    const { policy } = document;
    const until = policy.replay_until;
    const type = !until || MOMENT.test(until) ? "datetime-local" : "text";
    const row = make(
      "div",
      { class: "form-row" },
      choiceField(policy, "counts", words.counts, COUNTS, words),
      choiceField(policy, "game", words.game, GAMES, words),
      textField(policy, "replay_until", words.replay_until, { type, path: "policy.replay_until" }),
      numberField(policy, "replay_cap", words.replay_cap, { path: "policy.replay_cap", usual: 0.5 }),
    );
    const flags = [
      flagField(policy, "word", words.word, false),
      flagField(policy, "change", words.change, true),
    ];
    return foldedFields(policy, words.policy, { class: "card" }, row, ...flags);
  }

  // --- its questions ---

  /**
   * @param {QuestionTable} question
   * @param {number} index
   */
  card(question, index) {
    const { words } = this;
    const shut = this.shut.has(question);
    const head = make(
      "div",
      { class: "row spread question-head" },
      make("h2", {}, this.foldButton(question, index)),
      this.tools(index),
      shut ? make("p", { class: "question-gist" }, firstLine(question)) : null,
    );
    const redraw = (/** @type {Focus} */ focus) => this.redrawList(focus);
    const fields = questionFields(question, `question[${index}]`, words, redraw);
    const look = { class: "card question-form", id: `question-${index}` };
    const label = `${index + 1}. ${question.id ?? ""}`;
    return make("section", { ...look, "aria-label": label }, head, make("div", { hidden: shut }, ...fields));
  }

  /**
   * @param {QuestionTable} question
   * @param {number} index
   */
  foldButton(question, index) {
    const shut = this.shut.has(question);
    const look = { class: "fold", type: "button", "data-act": "fold", "aria-expanded": String(!shut) };
    const button = make("button", look, `${index + 1}. ${typeName(question.type, this.words)}`);
    button.addEventListener("click", () => {
      this.shut[shut ? "delete" : "add"](question);
      this.draw();
      focusIn(this.element.querySelector(`#question-${index} .question-head`), "fold");
    });
    return button;
  }

  /** One button for all questions. */
  foldAllButton() {
    const { words, document } = this;
    const anyOpen = document.question.some((one) => !this.shut.has(one));
    const fold = () => {
      this.foldAll(anyOpen);
      this.draw();
      focusIn(this.element, "fold-all");
    };
    const word = anyOpen ? words.fold_all : words.unfold_all;
    return make("p", { class: "row" }, toolButton(word, word, fold, { act: "fold-all" }));
  }

  /** @param {boolean} shut */
  foldAll(shut) {
    for (const one of this.document.question) this.shut[shut ? "add" : "delete"](one);
  }

  /** @param {number} index */
  tools(index) {
    const { words } = this;
    const { question: questions } = this.document;
    /**
     * @param {number} by
     * @param {string} act
     */
    const move = (by, act) => {
      questions.splice(index + by, 0, ...questions.splice(index, 1));
      this.redrawn(index + by, act);
    };
    const copy = () => {
      const id = this.freeId(questions[index].id);
      questions.splice(index + 1, 0, { ...structuredClone(questions[index]), id });
      this.redrawn(index + 1);
    };
    const remove = () => {
      const [question] = questions.splice(index, 1);
      this.removed = { question, index };
      this.redrawn(index, "undo");
    };
    const preview = () => this.preview(questions[index], index);
    const [first, last] = [index === 0, index === questions.length - 1];
    return make(
      "p",
      { class: "row" },
      toolButton(words.preview, `${words.preview} (${index + 1})`, preview, { act: "preview" }),
      toolButton("▲", words.up, () => move(-1, "up"), { act: "up", disabled: first }),
      toolButton("▼", words.down, () => move(1, "down"), { act: "down", disabled: last }),
      toolButton(words.copy, words.copy, copy, { act: "copy" }),
      toolButton("✕", words.remove, remove, { act: "remove" }),
    );
  }

  /**
   * In the place of a question that was taken out.
   *
   * @param {{question: QuestionTable, index: number}} removed
   */
  undo(removed) {
    const { words } = this;
    const back = () => {
      const index = Math.min(removed.index, this.document.question.length);
      this.document.question.splice(index, 0, removed.question);
      this.removed = null;
      this.redrawn(index);
    };
    const button = toolButton(words.undo, words.undo, back, { act: "undo" });
    return make("p", { class: "row removed", role: "status" }, words.removed, button);
  }

  adder() {
    const { words } = this;
    const options = typeNames().map((name) => make("option", { value: name }, typeName(name, words)));
    const type = make("select", { id: "new-type" }, ...options);
    const button = make("button", { class: "button", type: "button", "data-path": "question" }, words.add);
    button.addEventListener("click", () => {
      this.document.question.push(starter(type.value, this.freeId("question")));
      this.redrawn(this.document.question.length - 1);
    });
    const chooser = make("div", { class: "field" }, make("label", { for: "new-type" }, words.type), type);
    return make("div", { class: "row" }, chooser, button);
  }

  /** @param {string | undefined} like */
  freeId(like) {
    const known = new Set(this.document.question.map((one) => one.id));
    const begun = String(like ?? "question").replace(/-\d+$/, "");
    const stem = begun.slice(0, LONGEST_STEM) || "question";
    let n = 1;
    while (known.has(`${stem}-${n}`)) n += 1;
    return `${stem}-${n}`;
  }

  // --- after a change ---

  /** The form that holds this one hears of it. */
  tellChange() {
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /**
   * After a change of the questions: the one at this index has the focus, at the button that was pressed.
   *
   * @param {number} index
   * @param {string} [act]
   */
  redrawn(index, act) {
    this.draw();
    this.tellChange();
    const card = this.element.querySelector(act === "undo" ? ".removed" : `#question-${index}`);
    const head = act ? (card?.querySelector(".question-head") ?? card) : card;
    focusIn(head, act);
    card?.scrollIntoView({ block: "nearest" });
  }

  /**
   * After a change of a list within a question, likewise.
   *
   * @param {Focus} focus
   */
  redrawList({ path, index, act }) {
    const scrolled = scrollY;
    this.draw();
    scrollTo(0, scrolled);
    this.tellChange();
    const list = this.element.querySelector(`[data-list="${CSS.escape(path)}"]`);
    const entries = list?.querySelectorAll(":scope > ol > li, [data-entry]");
    focusIn(entries?.[index] ?? list, act);
  }

  /**
   * Show a mistake at its field: by its path, or else by that of what is around it.
   *
   * @param {string} path
   * @param {string} sentence
   */
  point(path, sentence) {
    const index = Number(/^question\[(\d+)\]/.exec(path)?.[1] ?? Number.NaN);
    const question = this.document.question[index];
    if (question && this.shut.delete(question)) this.draw();
    this.element.querySelector("#mistake")?.remove();
    for (const one of this.element.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    const input = this.fieldAt(path);
    if (!input) return;
    for (let around = input.closest("details"); around; ) {
      around.open = true;
      around = around.parentElement?.closest("details") ?? null;
    }
    input.setAttribute("aria-invalid", "true");
    (input.closest(".field") ?? input).append(make("p", { class: "error", id: "mistake" }, sentence));
    input.setAttribute("aria-describedby", "mistake");
    input.addEventListener("input", () => input.removeAttribute("aria-invalid"), { once: true });
    input.focus();
    input.scrollIntoView({ block: "center" });
  }

  /**
   * The field of a path, or of the nearest path around it that has one.
   *
   * @param {string} path
   */
  fieldAt(path) {
    const fields = findAll(this.element, "[data-path]");
    for (let at = path; at; at = at.slice(0, Math.max(at.lastIndexOf("."), at.lastIndexOf("["), 0))) {
      const found = fields.find(({ dataset }) => {
        return dataset.path === at || dataset.path?.startsWith(`${at}.`);
      });
      if (found) return found;
    }
    return null;
  }
}
