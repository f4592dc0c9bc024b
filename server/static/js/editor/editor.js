// The editor of a quiz: a form and the text of the file, two ways to the same thing.

import { find, partsOf, readJson } from "../lib/dom.js";
import { sendFields } from "../lib/requests.js";
import { problemSentence } from "../lib/sentences.js";
import { Preview } from "./preview.js";
import { QuizForm } from "./quiz_form.js";

/** @import { Problem } from "../lib/sentences.js" */
/** @import { QuestionTable } from "./question_fields.js" */

/** @typedef {Problem & {line?: number, field?: string, problem?: string}} Mistake */

const LONGEST_BASE = 200_000; // characters, as the server takes them
const LINES_ABOVE = 6; // of a mistake, when the text is scrolled to it

const root = find(document, "[data-editor]");
const part = partsOf(root);
const words = readJson(root, "words");
const text = part("text", HTMLTextAreaElement);
const preview = new Preview(find(document, "[data-preview-dialog]", HTMLDialogElement));
const form = new QuizForm(part("form"), words, look);
let changed = "unsaved" in root.dataset;

start();

function start() {
  part("tabs").hidden = false;
  const given = readJson(root, "document");
  if (given) {
    form.show(given);
    showForm();
    if (root.dataset.field) form.point(root.dataset.field, root.dataset.problem ?? "");
  } else {
    showText(Number(root.dataset.line));
  }
  const change = () => {
    changed = true;
  };
  root.addEventListener("input", change);
  root.addEventListener("change", change);
  root.addEventListener("submit", send);
  addEventListener("beforeunload", (event) => changed && event.preventDefault());
  part("to-form").addEventListener("click", toForm);
  part("to-text").addEventListener("click", toText);
}

/** What the form holds goes out as one field, and beside it the text that it was filled from. */
function send() {
  changed = false;
  part("sent", HTMLInputElement).value = form.visible ? JSON.stringify(form.document) : "";
  text.disabled = form.visible && !base();
  // A page that is come back to by the back button is to be written in again.
  setTimeout(() => {
    text.disabled = false;
  });
}

/** The text that the form was filled from: its comments are kept, unless it is too long to be sent along. */
function base() {
  return text.value.length <= LONGEST_BASE ? text.value : "";
}

async function toText() {
  if (!form.visible) return;
  const answer = await convert({ document: JSON.stringify(form.document), toml: base() });
  if (!answer) return;
  text.value = answer.toml;
  showText();
}

async function toForm() {
  if (form.visible) return;
  const answer = await convert({ toml: text.value });
  if (!answer) return;
  form.show(answer.document);
  showForm();
}

/**
 * Show a question as a phone will, or what keeps it from being shown at its field.
 *
 * @param {QuestionTable} question
 * @param {number} index
 */
async function look(question, index) {
  const document = { slug: "preview", title: "Preview", question: [question] };
  const address = root.dataset.preview ?? "";
  const pictures = part("pictures", HTMLInputElement).value;
  const { answer, refusal } = await ask(address, { document: JSON.stringify(document), pictures });
  if (answer) return preview.show(answer, index + 1, form.document.question.length);
  const path = refusal?.field?.replace("question[0]", `question[${index}]`);
  if (path) form.point(path, refusal?.problem ?? "");
  else complain(refusal ?? {});
}

/** @param {Record<string, string>} fields */
async function convert(fields) {
  const { answer, refusal } = await ask(root.dataset.convert ?? "", fields);
  if (refusal) complain(refusal);
  return answer;
}

/**
 * What the server says to the fields: an `answer`, or a `refusal`.
 *
 * @param {string} address
 * @param {Record<string, string>} fields
 * @returns {Promise<{answer?: any, refusal?: Mistake}>}
 */
async function ask(address, fields) {
  say("");
  try {
    const answer = await sendFields(address, root.dataset.csrf ?? "", fields);
    const said = await answer.json();
    return answer.ok ? { answer: said } : { refusal: said };
  } catch (failure) {
    console.info(failure);
    return { refusal: { title: words.offline } };
  }
}

/** @param {Mistake} mistake */
function complain(mistake) {
  say(problemSentence(mistake));
  if (mistake.line && !form.visible) select(mistake.line);
  else part("problem").scrollIntoView({ block: "nearest" });
}

/** @param {string} sentence */
function say(sentence) {
  part("problem").hidden = !sentence;
  part("problem").textContent = sentence;
}

function showForm() {
  form.visible = true;
  part("text-box").hidden = true;
  showPressed("form");
}

/** @param {number} [line] of a mistake */
function showText(line) {
  form.visible = false;
  part("text-box").hidden = false;
  showPressed("text");
  if (line) select(line);
}

/** @param {"form" | "text"} way */
function showPressed(way) {
  part("to-form").setAttribute("aria-pressed", String(way === "form"));
  part("to-text").setAttribute("aria-pressed", String(way === "text"));
}

/**
 * Go to the line of the mistake.
 *
 * @param {number} number
 */
function select(number) {
  const lines = text.value.split("\n");
  const line = Math.min(number, lines.length);
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + lines[line - 1].length);
  text.scrollTop = (text.scrollHeight / lines.length) * Math.max(0, line - LINES_ABOVE);
}
