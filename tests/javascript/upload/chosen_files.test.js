// The files of a hand-in: one of each name, with hints before anything is sent.

import assert from "node:assert/strict";
import { File } from "node:buffer";
import { beforeEach, test } from "node:test";
import { ChosenFiles, sizeText } from "../../../server/static/js/upload/chosen_files.js";
import { fakeBrowser } from "../fakes/browser.js";

const WORDS = {
  remove: "Remove {name}",
  too_large: "too large",
  too_many: "too many",
  wrong_type: "{name} is of no kind",
  empty: "{name} is empty",
};

let chosen;

beforeEach(() => {
  fakeBrowser();
  chosen = new ChosenFiles({ endings: [".py", ".zip"], most: 2, largest: 10 }, WORDS);
});

const file = (name, text = "x") => new File([text], name);
const names = () => chosen.files.map(({ name }) => name);

test("a file takes the place of an older one of its name", () => {
  chosen.add([file("a.py", "old"), file("b.py")]);
  chosen.add([file("a.py", "new!")]);
  assert.deepEqual(names(), ["b.py", "a.py"]);
  assert.equal(chosen.files[1].size, 4);
});

test("good files have no problem", () => {
  chosen.add([file("a.PY"), file("b.zip")]);
  assert.equal(chosen.problem(), null);
});

test("what will be refused is said before it is sent", () => {
  const cases = [
    [[file("a.pt")], "a.pt is of no kind"],
    [[file("a.py", "")], "a.py is empty"],
    [[file("a.py", "x".repeat(11))], "too large"],
    [[file("a.py"), file("b.py"), file("c.py")], "too many"],
  ];
  for (const [files, sentence] of cases) {
    chosen.files = files;
    assert.equal(chosen.problem(), sentence);
  }
});

test("beside the main file a file of a package may be empty", () => {
  chosen.add([file("submission.py"), file("__init__.py", "")]);
  assert.equal(chosen.problem(), null);
  chosen.add([file("Submission.py", "")]);
  chosen.remove(chosen.files[0]);
  assert.equal(chosen.problem(), "Submission.py is empty");
});

test("a name is shown as it is, whatever signs are in it", () => {
  chosen.add([file("$&.txt")]);
  assert.equal(chosen.problem(), "$&.txt is of no kind");
});

test("each file has a button that takes it out", () => {
  chosen.add([file("a.py"), file("b.pt")]);
  const removed = [];
  const rows = chosen.rows((one) => removed.push(one.name));
  assert.deepEqual(
    rows.map((row) => row.classList.contains("wrong")),
    [false, true],
  );
  const [button] = rows[1].querySelectorAll("button");
  assert.equal(button.getAttribute("aria-label"), "Remove b.pt");
  button.click();
  assert.deepEqual(removed, ["b.pt"]);
});

test("sizes are told in the unit that fits", () => {
  assert.deepEqual([1000, 1536, 3 << 20].map(sizeText), ["1000 B", "1.5 KiB", "3 MiB"]);
});
