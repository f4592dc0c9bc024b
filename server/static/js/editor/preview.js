// One question of the editor as a phone will show it, in a dialog. Answering it tells what is right.

import { control, drawn, make, say } from "../questions/controls.js";

export class Preview {
  constructor(dialog) {
    this.dialog = dialog;
    this.words = JSON.parse(this.part("words").textContent);
    this.language = document.documentElement.lang;
    this.main = this.screen();
    this.part("close").addEventListener("click", () => dialog.close());
    this.part("tell").addEventListener("click", () => this.tell());
    this.part("again").addEventListener("click", () => this.draw());
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        this.language = button.dataset.language;
        this.draw();
      });
    }
  }

  get buttons() {
    return this.dialog.querySelectorAll("[data-language]");
  }

  part(name) {
    return this.dialog.querySelector(`[data-${name}]`);
  }

  /** The phone has its own sheets, which the page around it must not meet: it stands in a shadow. */
  screen() {
    const root = this.part("screen").attachShadow({ mode: "open" });
    root.append(this.part("phone").content.cloneNode(true));
    return root.querySelector("main");
  }

  /** `seen` has by language what a phone is told; `number` and `of` say which question it is. */
  show(seen, number, of) {
    Object.assign(this, { seen, number, of });
    this.draw();
    this.dialog.showModal();
  }

  draw() {
    const { question } = this.seen[this.language];
    const which = say(this.words.question_of, { n: this.number, of: this.of });
    this.asked = control(question, this.words, () => this.tell());
    this.main.lang = this.language;
    this.main.replaceChildren(
      make("div", { class: "play-head" }, make("span", {}, which), make("span", { class: "left" }, `${question.seconds} s`)),
      drawn("div", { class: "question-text" }, question.text),
      this.asked.element,
    );
    this.part("tell").disabled = false;
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.language === this.language));
  }

  tell() {
    const { answered } = this.seen[this.language];
    this.asked.shut();
    this.asked.reveal(answered);
    if (answered.explanation) {
      this.main.append(make("div", { class: "outcome" }, drawn("div", { class: "explanation" }, answered.explanation)));
    }
    this.part("tell").disabled = true;
  }
}
