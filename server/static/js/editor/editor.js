// The editor of a quiz: a form and the text of the file, two ways to the same thing.

import { Preview } from "./preview.js";
import { QuizForm } from "./quiz_form.js";

const root = document.querySelector("[data-editor]");
const part = (name) => root.querySelector(`[data-${name}]`);
const words = JSON.parse(part("words").textContent);
const text = part("text");
const preview = new Preview(document.querySelector("[data-preview-dialog]"));
const form = new QuizForm(part("form"), words, look);
let changed = "unsaved" in root.dataset;

start();

function start() {
  part("tabs").hidden = false;
  const given = JSON.parse(part("document").textContent);
  if (given) {
    form.show(given);
    showForm();
    if (root.dataset.field) form.point(root.dataset.field, root.dataset.problem);
  } else {
    showText(Number(root.dataset.line));
  }
  root.addEventListener("input", () => (changed = true));
  root.addEventListener("change", () => (changed = true));
  root.addEventListener("submit", send);
  addEventListener("beforeunload", (event) => changed && event.preventDefault());
  part("to-form").addEventListener("click", toForm);
  part("to-text").addEventListener("click", toText);
}

/** What the form holds goes out as one field; the text stays at home then, and the other way round. */
function send() {
  changed = false;
  part("sent").value = form.visible ? JSON.stringify(form.document) : "";
  text.disabled = form.visible;
  // A page that is come back to by the back button is to be written in again.
  setTimeout(() => (text.disabled = false));
}

async function toText() {
  if (!form.visible) return;
  const answer = await convert({ document: JSON.stringify(form.document) });
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

/** Show a question as a phone will, or what keeps it from being shown at its field. */
async function look(question, at) {
  const document = { slug: "preview", title: "Preview", question: [question] };
  const { answer, refusal } = await ask(root.dataset.preview, { document: JSON.stringify(document) });
  if (answer) preview.show(answer, at + 1, form.document.question.length);
  else if (refusal.field) form.point(refusal.field.replace("question[0]", `question[${at}]`), refusal.problem);
  else complain(refusal);
}

async function convert(fields) {
  const { answer, refusal } = await ask(root.dataset.convert, fields);
  if (refusal) complain(refusal);
  return answer;
}

/** What the server says to the fields: an `answer`, or a `refusal`. */
async function ask(address, fields) {
  problem("");
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": root.dataset.csrf },
      body: new URLSearchParams(fields),
    });
    const said = await answer.json();
    return answer.ok ? { answer: said } : { refusal: said };
  } catch (failure) {
    console.info(failure);
    return { refusal: { title: words.offline } };
  }
}

function complain({ title, detail, line }) {
  problem([title, detail].filter(Boolean).join(": "));
  if (line && !form.visible) select(line);
  else part("problem").scrollIntoView({ block: "nearest" });
}

function problem(sentence) {
  part("problem").hidden = !sentence;
  part("problem").textContent = sentence;
}

function showForm() {
  form.visible = true;
  part("text-box").hidden = true;
  pressed("form");
}

function showText(line) {
  form.visible = false;
  part("text-box").hidden = false;
  pressed("text");
  if (line) select(line);
}

function pressed(way) {
  part("to-form").setAttribute("aria-pressed", String(way === "form"));
  part("to-text").setAttribute("aria-pressed", String(way === "text"));
}

/** Go to the line of the mistake. */
function select(number) {
  const lines = text.value.split("\n");
  const line = Math.min(number, lines.length);
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + lines[line - 1].length);
  text.scrollTop = (text.scrollHeight / lines.length) * Math.max(0, line - 6);
}
