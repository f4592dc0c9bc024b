// One question of the editor as a phone will show it, in a dialog. Answering it tells what is right.

import { find, findAll, make, partsOf, readJson, rendered } from "../lib/dom.js";
import { fill } from "../lib/sentences.js";
import { control } from "../questions/all.js";

/** @import { Answered, Control, Shown } from "../questions/registry.js" */

/** @typedef {Record<string, {question: Shown, answered: Answered}>} Seen by language */

/** The dialog, which shows one question after the other. */
export class Preview {
  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    this.part = partsOf(dialog);
    this.words = readJson(dialog, "words");
    this.language = document.documentElement.lang;
    this.main = this.screen();
    this.tellButton = this.part("tell", HTMLButtonElement);
    /** @type {Seen} */
    this.seen = {};
    this.number = 0;
    this.of = 0;
    /** @type {Control | null} */
    this.asked = null;
    this.part("close").addEventListener("click", () => dialog.close());
    this.tellButton.addEventListener("click", () => this.tell());
    this.part("again").addEventListener("click", () => this.draw());
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        this.language = button.dataset.language ?? "";
        this.draw();
      });
    }
  }

  get buttons() {
    return findAll(this.dialog, "[data-language]");
  }

  /** The phone has its own sheets, which the page around it must not meet: it stands in a shadow. */
  screen() {
    const root = this.part("screen").attachShadow({ mode: "open" });
    root.append(this.part("phone", HTMLTemplateElement).content.cloneNode(true));
    return find(root, "main");
  }

  /**
   * @param {Seen} seen what a phone is told
   * @param {number} number which question it is
   * @param {number} of how many there are
   */
  show(seen, number, of) {
    Object.assign(this, { seen, number, of });
    this.draw();
    this.dialog.showModal();
  }

  draw() {
    const { question } = this.seen[this.language];
    const which = fill(this.words.question_of, { n: this.number, of: this.of });
    const left = make("span", { class: "left" }, `${question.seconds} s`);
    this.asked = control(question, this.words, () => this.tell());
    this.main.lang = this.language;
    this.main.replaceChildren(
      make("div", { class: "play-head" }, make("span", {}, which), left),
      rendered("div", { class: "question-text" }, question.text),
      this.asked.element,
    );
    this.tellButton.disabled = false;
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.language === this.language));
    }
  }

  tell() {
    const { answered } = this.seen[this.language];
    this.asked?.shut();
    this.asked?.reveal(answered);
    if (answered.explanation) {
      const explanation = rendered("div", { class: "explanation" }, answered.explanation);
      this.main.append(make("div", { class: "outcome" }, explanation));
    }
    this.tellButton.disabled = true;
  }
}
