// Turns the hand-in form into a drop zone with a real progress bar. Without this file the plain form works.

import { Cancelled, Refused, Transfer } from "./tus.js";

const MOST_FAILURES = 5; // then the person is asked: some two minutes

const form = document.querySelector("[data-dropzone]");

if (form) enhance(form);

function enhance(form) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const words = JSON.parse(part("words").textContent);
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector(".drop");
  const endings = input.accept.split(",").map((ending) => ending.trim().toLowerCase());
  const key = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  let files = [];
  const trialButton = form.querySelector("[data-trial]");
  let trial = false; // whether it is only tried on public data
  let attemptKey = key();
  let upload = null;
  let failures = 0; // of the server, in a row

  drop.classList.add("alive");
  part("drop-hint").hidden = false;
  input.required = false; // the files are kept here, for the input forgets those chosen before

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, hover);
  for (const name of ["dragleave", "dragend"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    add(event.dataTransfer.files);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (upload) return;
    trial = trialButton !== null && event.submitter === trialButton;
    send();
  });
  part("cancel").addEventListener("click", () => upload?.abort());

  function hover(event) {
    event.preventDefault();
    drop.classList.add("over");
  }

  function add(more) {
    for (const file of more) {
      files = files.filter((known) => known.name !== file.name); // the newer one of that name
      files.push(file);
    }
    changed();
  }

  function changed() {
    attemptKey = key();
    part("chosen").replaceChildren(...files.map(line));
    part("chosen").hidden = files.length === 0;
    complain(files.length ? problem() : null);
  }

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const size = document.createElement("span");
    const remove = document.createElement("button");
    item.classList.toggle("wrong", wrong(file) !== null);
    name.className = "name";
    name.textContent = file.name;
    size.className = "muted small";
    size.textContent = shownSize(file.size);
    remove.type = "button";
    remove.className = "button bare small";
    remove.setAttribute("aria-label", words.remove.replace("{name}", file.name));
    remove.textContent = "×";
    remove.addEventListener("click", () => {
      files = files.filter((other) => other !== file);
      changed();
      input.focus();
    });
    item.append(name, size, remove);
    return item;
  }

  function wrong(file) {
    if (file.size === 0) return words.empty.replace("{name}", file.name);
    const taken = endings.some((ending) => file.name.toLowerCase().endsWith(ending));
    return taken ? null : words.wrong_type.replace("{name}", file.name);
  }

  /** A hint before the upload; the server decides. */
  function problem() {
    if (files.length > form.dataset.most) return words.too_many;
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    return files.map(wrong).find(Boolean) ?? (bytes > form.dataset.largest ? words.too_large : null);
  }

  function complain(detail, title = words.check) {
    part("problem").hidden = !detail;
    part("problem-title").textContent = detail ? title : "";
    part("problem-detail").textContent = detail ?? "";
  }

  /** A trial and a hand-in of the same files are two things. */
  function keyOfAttempt() {
    return trial ? `${attemptKey}-trial` : attemptKey;
  }

  /** What a hand-in of pieces says in its address, as a form says it in its fields. */
  function ways() {
    const said = new URLSearchParams();
    if (trial) said.set("trial", "1");
    if (form.elements.keep?.checked) said.set("keep", "1");
    return said.size ? `?${said}` : "";
  }

  function send() {
    failures = 0;
    if (files.length === 0) return input.click();
    const hint = problem();
    if (hint) return complain(hint);
    if (files.some((file) => file.size > form.dataset.piecesFrom)) return sendInPieces();
    sendAtOnce();
  }

  function sendAtOnce() {
    const body = new FormData(form);
    body.delete("file");
    for (const file of files) body.append("file", file);
    upload = new XMLHttpRequest();
    upload.open("POST", trial ? trialButton.formAction : form.action);
    upload.setRequestHeader("Accept", "application/json");
    upload.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
    upload.setRequestHeader("Idempotency-Key", keyOfAttempt()); // the same files sent again are one submission
    upload.upload.addEventListener("progress", progressed);
    upload.addEventListener("load", answered);
    upload.addEventListener("error", () => ended(words.cut));
    upload.addEventListener("abort", () => ended(null));
    busy(true);
    upload.send(body);
  }

  async function sendInPieces() {
    upload = new Transfer({
      files,
      uploads: form.dataset.uploads,
      handIn: form.dataset.handIn + ways(),
      token: form.elements.csrf_token.value,
      key: keyOfAttempt(),
      tell: told,
    });
    busy(true);
    try {
      handedIn(await upload.run());
    } catch (error) {
      if (error instanceof Cancelled) return ended(words.stopped, words.cancelled);
      if (error instanceof Refused) return ended(error.answer?.detail ?? words.cut, error.answer?.title);
      ended(words.unreadable);
    }
  }

  /** What a transfer in pieces has to say. */
  function told({ sent, total, pause, offline, resumed, checking, reading }) {
    if (sent !== undefined) return shown(sent / total);
    const seconds = Math.max(1, Math.round((pause ?? 0) / 1000));
    part("sent").textContent = reading
      ? words.reading
      : checking
      ? words.checking
      : resumed
        ? words.resumed.replace("{size}", shownSize(resumed))
        : offline
          ? words.offline
          : words.pause.replace("{seconds}", seconds);
  }

  function progressed(event) {
    if (event.lengthComputable) shown(event.loaded / event.total);
  }

  function shown(share) {
    form.querySelector("progress").value = share;
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);
    part("sent").textContent = share < 1 ? words.sending.replace("{percent}", percent) : words.keeping;
  }

  function answered() {
    const answer = parsed(upload.responseText);
    if (upload.status === 201 && answer) {
      handedIn(answer);
      return;
    }
    if (upload.status === 503 && failures < MOST_FAILURES) return sendLater();
    ended(answer?.detail ?? words.cut, answer?.title ?? words.failed);
  }

  /** A part of the server is away: the same hand-in goes out again, and is one submission all the same. */
  function sendLater() {
    failures += 1;
    const asked = Number(upload.getResponseHeader("Retry-After")) || 1;
    const seconds = Math.round(asked * (1 + Math.random()) * failures);
    part("sent").textContent = words.pause.replace("{seconds}", seconds);
    const timer = setTimeout(sendAtOnce, 1000 * seconds);
    upload = {
      abort() {
        clearTimeout(timer);
        ended(null);
      },
    };
  }

  function handedIn(answer) {
    part("sent").textContent = words.done;
    location.assign(answer.links.html);
  }

  function ended(detail, title = words.failed) {
    upload = null;
    busy(false);
    complain(detail, title);
    form.querySelector("[data-send]").focus();
  }

  function busy(sending) {
    part("sending").hidden = !sending;
    part("cancel").hidden = !sending;
    part("send").disabled = sending;
    form.querySelector("progress").value = 0;
    part("sent").textContent = "";
    if (sending) complain(null);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's own page
  }
}

function shownSize(bytes) {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  if (bytes >= 1 << 20) return `${number.format(bytes / (1 << 20))} MiB`;
  return bytes >= 1024 ? `${number.format(bytes / 1024)} KiB` : `${bytes} B`;
}
