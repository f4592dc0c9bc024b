// What a browser keeps for a page, and what happens where it keeps nothing.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forget, recall, remember } from "../../../server/static/js/lib/storage.js";
import { fakeBrowser } from "../fakes/browser.js";

let browser;

beforeEach(() => {
  browser = fakeBrowser();
});

test("what is remembered is recalled until it is forgotten", () => {
  assert.equal(recall("theme"), null);
  assert.equal(remember("theme", "dark"), true);
  assert.equal(recall("theme"), "dark");
  forget("theme");
  assert.equal(recall("theme"), null);
});

test("a visit and a browser remember apart", () => {
  remember("renewed", "1", "sessionStorage");
  assert.equal(recall("renewed"), null);
  assert.equal(recall("renewed", "sessionStorage"), "1");
});

test("where nothing may be kept nothing is, and nothing fails", () => {
  browser.localStorage.forbidden = true;
  assert.equal(remember("theme", "dark"), false);
  assert.equal(recall("theme"), null);
  assert.doesNotThrow(() => forget("theme"));
});
