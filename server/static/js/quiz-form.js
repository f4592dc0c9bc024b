// A quiz as a form. Its state is the document itself: the tables of the file, which every field writes into.

import { body, BODIES, starter } from "./quiz-bodies.js";
import { choice, duo, flag, line, number, small, splitList } from "./quiz-fields.js";
import { make } from "./question.js";

const COUNTS = ["all", "signed-in", "nobody"];
const GAMES = ["kahoot", "flat", "bonus", "none"];

/** Some types have the name of a field. */
function typeName(type, words) {
  return words[`${type}_type`] ?? words[type] ?? type ?? "";
}

export class QuizForm {
  constructor(element, words) {
    this.element = element;
    this.words = words;
    this.document = null;
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
    this.draw();
  }

  draw() {
    const { words, document } = this;
    const cards = document.question.map((question, at) => this.card(question, at));
    this.element.replaceChildren(this.head(), this.policy(), ...cards, this.adder());
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
    return make(
      "details",
      { class: "card" },
      make("summary", {}, words.policy),
      make(
        "div",
        { class: "form-row" },
        choice(policy, "counts", words.counts, COUNTS, words),
        choice(policy, "game", words.game, GAMES, words),
        line(policy, "replay_until", words.replay_until, { type: "datetime-local", path: "policy.replay_until" }),
        number(policy, "replay_cap", words.replay_cap, { path: "policy.replay_cap", usual: 0.5 }),
      ),
      flag(policy, "word", words.word, false),
      flag(policy, "change", words.change, true),
    );
  }

  card(question, at) {
    const { words } = this;
    const path = `question[${at}]`;
    return make(
      "section",
      { class: "card question-form", id: `question-${at}`, "aria-label": `${at + 1}. ${question.id ?? ""}` },
      make(
        "div",
        { class: "row spread" },
        make("h2", {}, `${at + 1}. ${typeName(question.type, words)}`),
        this.tools(at),
      ),
      duo(question, "text", words.text, words, { path: `${path}.text`, rows: 3 }),
      question.generate ? make("p", { class: "hint" }, words.generated.replace("{name}", question.generate)) : body(question, path, words, () => this.draw()),
      this.more(question, path),
    );
  }

  more(question, path) {
    const { words } = this;
    const tags = { text: (question.tags ?? []).join(", ") };
    const keep = () => splitList(question, "tags", tags.text);
    return make(
      "details",
      {},
      make("summary", {}, words.more),
      make(
        "div",
        { class: "form-row" },
        line(question, "id", words.id, { path: `${path}.id`, hint: words.id_hint }),
        number(question, "seconds", words.seconds, { path: `${path}.seconds`, usual: 30 }),
        number(question, "points", words.points, { path: `${path}.points`, usual: 1000 }),
        number(question, "weight", words.weight, { path: `${path}.weight`, usual: 1 }),
        line(tags, "text", words.tags, { path: `${path}.tags`, hint: words.tags_hint, changed: keep }),
      ),
      duo(question, "explanation", words.explanation, words, { path: `${path}.explanation`, rows: 2, optional: true }),
    );
  }

  tools(at) {
    const { words, document } = this;
    const questions = document.question;
    const move = (by) => {
      const [one] = questions.splice(at, 1);
      questions.splice(at + by, 0, one);
      this.redrawn(at + by);
    };
    return make(
      "p",
      { class: "row" },
      small("▲", words.up, () => move(-1), at === 0),
      small("▼", words.down, () => move(1), at === questions.length - 1),
      small(words.copy, words.copy, () => {
        questions.splice(at + 1, 0, { ...structuredClone(questions[at]), id: this.freeId(questions[at].id) });
        this.redrawn(at + 1);
      }),
      small("✕", words.remove, () => {
        questions.splice(at, 1);
        this.redrawn(Math.min(at, questions.length - 1));
      }),
    );
  }

  adder() {
    const { words } = this;
    const type = make("select", { id: "new-type" }, ...Object.keys(BODIES).map((name) => make("option", { value: name }, typeName(name, words))));
    const button = make("button", { class: "button", type: "button", "data-add": true }, words.add);
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

  /** After a change of the order: the question at this place has the focus. */
  redrawn(at) {
    this.draw();
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
    const card = this.element.querySelector(`#question-${at}`);
    card?.querySelector("textarea, button")?.focus();
    card?.scrollIntoView({ block: "nearest" });
  }

  /** Show a mistake at its field: by its path, or else by that of what is around it. */
  point(path, sentence) {
    for (let at = path; at; at = at.slice(0, Math.max(at.lastIndexOf("."), at.lastIndexOf("["), 0))) {
      const input = [...this.element.querySelectorAll("[data-path]")].find((one) => one.dataset.path === at || one.dataset.path.startsWith(`${at}.`));
      if (!input) continue;
      for (let around = input.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
      input.setAttribute("aria-invalid", "true");
      const said = make("p", { class: "error", id: "mistake" }, sentence);
      (input.closest(".field") ?? input).append(said);
      input.setAttribute("aria-describedby", "mistake");
      input.focus();
      input.scrollIntoView({ block: "center" });
      return;
    }
  }
}
