// A quiz as a form. Its state is the document itself: the tables of the file, which every field writes into.

import { body, BODIES, starter } from "./question_fields.js";
import { choice, duo, flag, folded, line, number, small, splitList } from "../lib/form_fields.js";
import { make } from "../questions/controls.js";

const COUNTS = ["all", "signed-in", "nobody"];
const MANY = 8; // so many questions are folded at first: a list of them is easier to find one in
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/; // what a field for date and time can show
const GAMES = ["kahoot", "flat", "bonus", "none"];

/** Some types have the name of a field. */
function typeName(type, words) {
  return words[`${type}_type`] ?? words[type] ?? type ?? "";
}

/** How a question begins. */
function gist({ text, id }) {
  const said = typeof text === "object" ? text?.en : text;
  return String(said || id || "").trim().split("\n")[0];
}

/** Go to a button, or to another where it cannot be pressed; without one to the first field. */
function focusIn(element, act) {
  const wanted = act ? [`[data-act="${act}"]:enabled`, "[data-act]:enabled"] : ["textarea, input:not([type=radio], [type=checkbox]), select", "button"];
  const seen = (selector) => [...(element?.querySelectorAll(selector) ?? [])].find((one) => one.checkVisibility());
  const found = wanted.map(seen).find(Boolean);
  found?.focus({ preventScroll: Boolean(act) });
}

export class QuizForm {
  /** `preview(question, at)` is called to show a question as a phone will. */
  constructor(element, words, preview) {
    this.element = element;
    this.words = words;
    this.preview = preview;
    this.document = null;
    this.shut = new WeakSet(); // questions of which only the head is seen
    this.removed = null; // the last question taken out, and from where: it can come back
  }

  get visible() {
    return !this.element.hidden;
  }

  set visible(seen) {
    this.element.hidden = !seen;
  }

  show(document) {
    this.document = document;
    this.document.question ??= [];
    this.removed = null;
    if (document.question.length > MANY) this.fold(true);
    this.draw();
  }

  draw() {
    const { words, document } = this;
    const cards = document.question.map((question, at) => this.card(question, at));
    if (this.removed) cards.splice(this.removed.at, 0, this.undo());
    this.element.replaceChildren(this.head(), this.policy(), ...(cards.length > 1 ? [this.folder()] : []), ...cards, this.adder());
    this.element.setAttribute("aria-label", words.form);
  }

  head() {
    const { words, document } = this;
    return make(
      "section",
      { class: "card" },
      make("div", { class: "form-row" }, line(document, "slug", words.slug, { path: "slug", hint: words.slug_hint })),
      duo(document, "title", words.title, words, { path: "title" }),
    );
  }

  policy() {
    const { words, document } = this;
    const policy = (document.policy ??= {});
    const until = policy.replay_until;
    return folded(
      policy,
      words.policy,
      { class: "card" },
      make(
        "div",
        { class: "form-row" },
        choice(policy, "counts", words.counts, COUNTS, words),
        choice(policy, "game", words.game, GAMES, words),
        line(policy, "replay_until", words.replay_until, { type: !until || MOMENT.test(until) ? "datetime-local" : "text", path: "policy.replay_until" }),
        number(policy, "replay_cap", words.replay_cap, { path: "policy.replay_cap", usual: 0.5 }),
      ),
      flag(policy, "word", words.word, false),
      flag(policy, "change", words.change, true),
    );
  }

  card(question, at) {
    const { words } = this;
    const path = `question[${at}]`;
    const shut = this.shut.has(question);
    return make(
      "section",
      { class: "card question-form", id: `question-${at}`, "aria-label": `${at + 1}. ${question.id ?? ""}` },
      make(
        "div",
        { class: "row spread question-head" },
        make("h2", {}, this.foldButton(question, at)),
        this.tools(at),
        shut ? make("p", { class: "question-gist" }, gist(question)) : null,
      ),
      make("div", { hidden: shut }, ...this.fields(question, path)),
    );
  }

  fields(question, path) {
    const { words } = this;
    return [
      duo(question, "text", words.text, words, { path: `${path}.text`, rows: 3 }),
      question.generate ? make("p", { class: "hint" }, words.generated.replace("{name}", question.generate)) : body(question, path, words, (focus) => this.redraw(focus)),
      this.more(question, path),
    ];
  }

  foldButton(question, at) {
    const shut = this.shut.has(question);
    const button = make("button", { class: "fold", type: "button", "data-act": "fold", "aria-expanded": String(!shut) }, `${at + 1}. ${typeName(question.type, this.words)}`);
    button.addEventListener("click", () => {
      this.shut[shut ? "delete" : "add"](question);
      this.draw();
      focusIn(this.element.querySelector(`#question-${at} .question-head`), "fold");
    });
    return button;
  }

  /** One button for all questions. */
  folder() {
    const { words, document } = this;
    const all = document.question.some((one) => !this.shut.has(one));
    const fold = () => {
      this.fold(all);
      this.draw();
      focusIn(this.element, "fold-all");
    };
    const word = all ? words.fold_all : words.unfold_all;
    return make("p", { class: "row" }, small(word, word, fold, { act: "fold-all" }));
  }

  fold(shut) {
    for (const one of this.document.question) this.shut[shut ? "add" : "delete"](one);
  }

  more(question, path) {
    const { words } = this;
    return folded(
      question,
      words.more,
      {},
      make(
        "div",
        { class: "form-row" },
        line(question, "id", words.id, { path: `${path}.id`, hint: words.id_hint }),
        number(question, "seconds", words.seconds, { path: `${path}.seconds`, usual: 30 }),
        number(question, "points", words.points, { path: `${path}.points`, usual: 1000 }),
        number(question, "weight", words.weight, { path: `${path}.weight`, usual: 1 }),
        this.tags(question, path),
      ),
      duo(question, "explanation", words.explanation, words, { path: `${path}.explanation`, rows: 2, optional: true }),
    );
  }

  /** Of a generated question they may be a name that stands for a value. */
  tags(question, path) {
    const { words } = this;
    if (typeof question.tags === "string") return line(question, "tags", words.tags, { path: `${path}.tags` });
    const tags = { text: (question.tags ?? []).join(", ") };
    const changed = () => splitList(question, "tags", tags.text ?? "");
    return line(tags, "text", words.tags, { path: `${path}.tags`, hint: words.tags_hint, changed });
  }

  tools(at) {
    const { words, document } = this;
    const questions = document.question;
    const move = (by, act) => {
      questions.splice(at + by, 0, ...questions.splice(at, 1));
      this.redrawn(at + by, act);
    };
    const copy = () => {
      questions.splice(at + 1, 0, { ...structuredClone(questions[at]), id: this.freeId(questions[at].id) });
      this.redrawn(at + 1);
    };
    const remove = () => {
      [this.removed] = questions.splice(at, 1).map((question) => ({ question, at }));
      this.redrawn(at, "undo");
    };
    return make(
      "p",
      { class: "row" },
      small(words.preview, `${words.preview} (${at + 1})`, () => this.preview(questions[at], at), { act: "preview" }),
      small("▲", words.up, () => move(-1, "up"), { act: "up", disabled: at === 0 }),
      small("▼", words.down, () => move(1, "down"), { act: "down", disabled: at === questions.length - 1 }),
      small(words.copy, words.copy, copy, { act: "copy" }),
      small("✕", words.remove, remove, { act: "remove" }),
    );
  }

  /** In the place of a question that was taken out. */
  undo() {
    const { words, removed } = this;
    const back = () => {
      const at = Math.min(removed.at, this.document.question.length);
      this.document.question.splice(at, 0, removed.question);
      this.removed = null;
      this.redrawn(at);
    };
    return make("p", { class: "row removed", role: "status" }, words.removed, small(words.undo, words.undo, back, { act: "undo" }));
  }

  adder() {
    const { words } = this;
    const type = make("select", { id: "new-type" }, ...Object.keys(BODIES).map((name) => make("option", { value: name }, typeName(name, words))));
    const button = make("button", { class: "button", type: "button", "data-path": "question" }, words.add);
    button.addEventListener("click", () => {
      this.document.question.push(starter(type.value, this.freeId("question")));
      this.redrawn(this.document.question.length - 1);
    });
    return make("div", { class: "row" }, make("div", { class: "field" }, make("label", { for: "new-type" }, words.type), type), button);
  }

  freeId(like) {
    const known = new Set(this.document.question.map((one) => one.id));
    const stem = String(like ?? "question").replace(/-\d+$/, "").slice(0, 50) || "question";
    let n = 1;
    while (known.has(`${stem}-${n}`)) n += 1;
    return `${stem}-${n}`;
  }

  /** After a change of the questions: the one at this place has the focus, at the button that was pressed. */
  redrawn(at, act) {
    this.draw();
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
    const card = act === "undo" ? this.element.querySelector(".removed") : this.element.querySelector(`#question-${at}`);
    const head = act ? card?.querySelector(".question-head") ?? card : card;
    focusIn(head, act);
    card?.scrollIntoView({ block: "nearest" });
  }

  /** After a change of a list within a question, likewise. */
  redraw({ path, at, act }) {
    const place = scrollY;
    this.draw();
    scrollTo(0, place);
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
    const list = [...this.element.querySelectorAll("[data-list]")].find((one) => one.dataset.list === path);
    const entries = list.querySelectorAll(":scope > ol > li, [data-entry]");
    focusIn(entries[at] ?? list, act);
  }

  /** Show a mistake at its field: by its path, or else by that of what is around it. */
  point(path, sentence) {
    const question = this.document.question[/^question\[(\d+)\]/.exec(path)?.[1]];
    if (question && this.shut.delete(question)) this.draw();
    this.element.querySelector("#mistake")?.remove();
    for (const one of this.element.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    for (let at = path; at; at = at.slice(0, Math.max(at.lastIndexOf("."), at.lastIndexOf("["), 0))) {
      const input = [...this.element.querySelectorAll("[data-path]")].find((one) => one.dataset.path === at || one.dataset.path.startsWith(`${at}.`));
      if (!input) continue;
      for (let around = input.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
      input.setAttribute("aria-invalid", "true");
      const said = make("p", { class: "error", id: "mistake" }, sentence);
      (input.closest(".field") ?? input).append(said);
      input.setAttribute("aria-describedby", "mistake");
      input.addEventListener("input", () => input.removeAttribute("aria-invalid"), { once: true });
      input.focus();
      input.scrollIntoView({ block: "center" });
      return;
    }
  }
}
