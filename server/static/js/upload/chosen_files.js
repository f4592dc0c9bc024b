// The files that were chosen for a hand-in: a list with hints, before anything is sent.

import { make } from "../lib/dom.js";
import { fill } from "../lib/sentences.js";

/** @import { Words } from "../lib/sentences.js" */

/**
 * What the assignment takes: hints only, the server decides. `largest` is in bytes, all files together.
 *
 * @typedef {{endings: string[], most: number, largest: number}} Limits
 */

// assignments/files/hand_in_files.py has the same.
const MAINS = new Set(["submission.py", "model.py"]);

/** The files, one of each name. */
export class ChosenFiles {
  /**
   * @param {Limits} limits
   * @param {Words} words
   */
  constructor(limits, words) {
    this.limits = limits;
    this.words = words;
    /** @type {File[]} */
    this.files = [];
  }

  /**
   * A file takes the place of an older one of its name.
   *
   * @param {Iterable<File>} more
   */
  add(more) {
    for (const file of more) {
      this.files = this.files.filter((known) => known.name !== file.name);
      this.files.push(file);
    }
  }

  /** @param {File} file */
  remove(file) {
    this.files = this.files.filter((other) => other !== file);
  }

  /** Why these files will be refused; null where nothing is seen. */
  problem() {
    if (this.files.length > this.limits.most) return this.words.too_many;
    const wrong = this.files.map((file) => this.wrong(file)).find(Boolean);
    if (wrong) return wrong;
    const bytes = this.files.reduce((sum, file) => sum + file.size, 0);
    return bytes > this.limits.largest ? this.words.too_large : null;
  }

  /** @param {File} file */
  wrong({ name, size }) {
    if (size === 0 && !this.mayBeEmpty(name)) return fill(this.words.empty, { name });
    const taken = this.limits.endings.some((ending) => name.toLowerCase().endsWith(ending));
    return taken ? null : fill(this.words.wrong_type, { name });
  }

  /**
   * Whether a file says something though it is empty, as the `__init__.py` of a package does.
   *
   * @param {string} name
   */
  mayBeEmpty(name) {
    return this.files.length > 1 && name.endsWith(".py") && !MAINS.has(name.toLowerCase());
  }

  /** @param {(file: File) => void} remove is called by the button of a file */
  rows(remove) {
    return this.files.map((file) => {
      const label = fill(this.words.remove, { name: file.name });
      const look = { type: "button", class: "button bare small", "aria-label": label };
      const button = make("button", look, "×");
      button.addEventListener("click", () => remove(file));
      const name = make("span", { class: "name" }, file.name);
      const size = make("span", { class: "muted small" }, sizeText(file.size));
      return make("li", { class: this.wrong(file) ? "wrong" : null }, name, size, button);
    });
  }
}

/** @param {number} bytes */
export function sizeText(bytes) {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  if (bytes >= 1 << 20) return `${number.format(bytes / (1 << 20))} MiB`;
  return bytes >= 1024 ? `${number.format(bytes / 1024)} KiB` : `${bytes} B`;
}
