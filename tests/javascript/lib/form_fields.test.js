// Fields of a form write into tables of a document: what is typed stands there, what is usual does not.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  asNumber,
  bilingualField,
  choiceField,
  flagField,
  numberField,
  splitList,
  textField,
} from "../../../server/static/js/lib/form_fields.js";
import { asTables, entryList } from "../../../server/static/js/lib/form_lists.js";
import { fakeBrowser } from "../fakes/browser.js";

const WORDS = { as_english: "as in English", up: "Up", down: "Down", remove: "Remove", add_one: "Add one" };

beforeEach(() => fakeBrowser());

const inputs = (element) => element.querySelectorAll("input, textarea, select");

test("a line of text is written as it is typed, and an empty one is none", () => {
  const table = { unit: "mm" };
  let changes = 0;
  const field = textField(table, "unit", "Unit", {
    changed: () => {
      changes += 1;
    },
  });
  const [input] = inputs(field);
  assert.equal(input.value, "mm");
  input.type("cm");
  assert.deepEqual(table, { unit: "cm" });
  input.type("");
  assert.deepEqual(table, {});
  assert.equal(changes, 2);
});

test("a field is named by its label", () => {
  const field = textField({}, "id", "Id", { hint: "Keep it" });
  const [input] = inputs(field);
  assert.equal(field.querySelector("label").getAttribute("for"), input.id);
  const hint = field.querySelector(".hint");
  assert.equal(input.getAttribute("aria-describedby"), hint.id);
});

test("numbers are read with comma and point, and what is none stays as it is", () => {
  const cases = [
    ["0,53", 0.53],
    [" 1e3 ", 1000],
    ["-2.5", -2.5],
    ["six", "six"],
    ["1,2,3", "1,2,3"],
    ["  ", ""],
    ["Infinity", "Infinity"],
  ];
  for (const [text, value] of cases) assert.deepEqual(asNumber(text), value, text);
});

test("the usual number is not written down", () => {
  const table = { points: 500 };
  const [input] = inputs(numberField(table, "points", "Points", { usual: 1000 }));
  input.type("1000");
  assert.deepEqual(table, {});
  input.type("750");
  assert.deepEqual(table, { points: 750 });
  input.type("");
  assert.deepEqual(table, {});
});

test("the first of some values is usual and not written down", () => {
  const table = {};
  const words = { game_kahoot: "by speed", game_flat: "flat" };
  const [select] = inputs(choiceField(table, "game", "Game", ["kahoot", "flat"], words));
  select.change("flat");
  assert.deepEqual(table, { game: "flat" });
  select.change("kahoot");
  assert.deepEqual(table, {});
});

test("a flag is written only where it is not usual", () => {
  const table = {};
  const [box] = inputs(flagField(table, "shuffle", "Shuffle", true));
  assert.equal(box.checked, true);
  box.change(false);
  assert.deepEqual(table, { shuffle: false });
  box.change(true);
  assert.deepEqual(table, {});
});

test("a text in one language is a text, in two a table of both", () => {
  const table = { text: "What?" };
  const [english, hungarian] = inputs(bilingualField(table, "text", "Text", WORDS));
  assert.deepEqual([english.value, hungarian.value], ["What?", ""]);
  hungarian.type("Mi?");
  assert.deepEqual(table, { text: { en: "What?", hu: "Mi?" } });
  english.type("Mi?");
  assert.deepEqual(table, { text: "Mi?" });
  hungarian.type("");
  english.type("");
  assert.deepEqual(table, { text: "" });
});

test("an optional text that is empty is none", () => {
  const table = { explanation: { en: "So.", hu: "Így." } };
  const [english, hungarian] = inputs(bilingualField(table, "explanation", "Why", WORDS, { optional: true }));
  assert.equal(hungarian.value, "Így.");
  hungarian.type("");
  english.type("");
  assert.deepEqual(table, {});
});

test("words between commas are a list", () => {
  const table = {};
  splitList(table, "tags", " relu , , dropout ");
  assert.deepEqual(table, { tags: ["relu", "dropout"] });
  splitList(table, "tags", " , ");
  assert.deepEqual(table, {});
});

test("entries in a short form become tables", () => {
  const list = ["LeCun", { text: "Hinton", credit: 0.5 }];
  assert.deepEqual(asTables(list, "text"), [{ text: "LeCun" }, { text: "Hinton", credit: 0.5 }]);
  assert.deepEqual(list[0], { text: "LeCun" });
});

test("entries are added, moved and removed, and the focus knows where", () => {
  const list = ["a", "b", "c"];
  const told = [];
  const press = (selector, index = 0) => {
    const row = (at) => document.createElement(`p${at}`);
    const look = { row, fresh: "new", path: "items", least: 2, ordered: true };
    const drawn = entryList(list, "Items", WORDS, (focus) => told.push(focus), look);
    drawn.querySelectorAll(selector)[index].click();
  };
  press('[data-act="down"]', 0);
  assert.deepEqual(list, ["b", "a", "c"]);
  press('[data-act="up"]', 2);
  assert.deepEqual(list, ["b", "c", "a"]);
  press('[data-act="up"]', 0); // the first goes no further
  press('[data-act="add"]');
  assert.deepEqual(list, ["b", "c", "a", "new"]);
  press('[data-act="remove"]', 3);
  press('[data-act="remove"]', 0);
  press('[data-act="remove"]', 0); // so many stay
  assert.deepEqual(list, ["c", "a"]);
  assert.deepEqual(told, [
    { path: "items", index: 1, act: "down" },
    { path: "items", index: 1, act: "up" },
    { path: "items", index: 3 },
    { path: "items", index: 2, act: "remove" },
    { path: "items", index: 0, act: "remove" },
  ]);
});
