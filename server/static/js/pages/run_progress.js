// Follows a run: Server-Sent Events first, polling when they are cut, the report card in the end.

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 15000;
const CUTS_BEFORE_POLLING = 3;
const LOG_CHARACTERS = 200_000; // the newest; the whole log is at /log

const live = document.querySelector("[data-live]");

if (live) follow(live);

function follow(live) {
  const part = (name) => live.querySelector(`[data-${name}]`);
  const words = JSON.parse(live.querySelector(":scope > [data-words]").textContent);
  const curve = part("live-curve");
  const log = part("log");
  let last = 0;
  let attempt = null;
  let over = false;

  listen();

  // --- where events come from ---

  function listen() {
    const source = new EventSource(live.dataset.events);
    let cuts = 0;
    const take = (kind) => (message) => {
      cuts = 0;
      say("link", "");
      handle(kind, JSON.parse(message.data));
      if (over) source.close();
    };
    for (const kind of ["state", "phase", "log", "point", "started", "end"]) source.addEventListener(kind, take(kind));
    source.addEventListener("error", () => {
      cuts += 1;
      if (over || (source.readyState !== EventSource.CLOSED && cuts < CUTS_BEFORE_POLLING)) return;
      source.close();
      say("link", words.polling);
      poll(FIRST_WAIT_MS);
    });
  }

  async function poll(wait) {
    if (over) return;
    let next = FIRST_WAIT_MS;
    try {
      const answer = await fetch(`${live.dataset.events}?after=${last}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const news = await answer.json();
      say("link", words.polling);
      for (const event of news.events) handle(event.kind, event);
      last = news.next ?? last;
      handle(ended(news.submission) && news.events.length === 0 ? "end" : "state", news.submission);
    } catch (problem) {
      console.info(problem);
      say("link", words.offline);
      next = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
    setTimeout(() => poll(next), next);
  }

  // --- what they change ---

  function handle(kind, data) {
    if (kind === "state") return showState(data);
    if (kind === "end") return finish(data);
    if (data.id <= last) return;
    last = data.id;
    if (kind === "phase") showPhase(data.text);
    if (kind === "log") showLog(data.text);
    if (kind === "point") showPoint(data.values);
  }

  function showState(submission) {
    if (attempt !== null && submission.attempt > attempt && attempt > 0) startAgain(submission.attempt);
    attempt = submission.attempt;
    if (live.dataset.state !== "running" || submission.state !== "running") say("status", sentence(submission));
    live.dataset.state = submission.state;
    part("cancel")?.toggleAttribute("hidden", submission.state !== "waiting");
    const finish = submission.expected_finish;
    part("expected").hidden = !finish;
    if (finish) part("no-grader")?.remove();
    if (finish) part("expected-time").textContent = clock(finish);
  }

  function sentence({ state, position }) {
    if (state === "waiting" && position) return words.position.replace("{n}", position);
    return words[state] ?? words.waiting;
  }

  function startAgain(number) {
    say("link", words.again.replace("{n}", number));
    log.textContent = "";
    curve.clear();
    markStep("queue");
  }

  function showPhase(phase) {
    markStep(phase);
    say("status", words.phases[phase] ?? words.running);
  }

  function markStep(phase) {
    const steps = [...live.querySelectorAll("[data-step]")];
    const now = steps.findIndex((step) => step.dataset.step === phase);
    if (now < 0) return;
    steps.forEach((step, index) => {
      step.classList.toggle("done", index < now);
      if (index === now) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
  }

  function showLog(text) {
    log.append(text.endsWith("\n") ? text : `${text}\n`);
    if (log.textContent.length > 1.5 * LOG_CHARACTERS) log.textContent = log.textContent.slice(-LOG_CHARACTERS);
    if (part("follow").checked) log.scrollTop = log.scrollHeight;
  }

  function showPoint(values) {
    part("no-curve").hidden = true;
    curve.add(values);
  }

  async function finish(submission) {
    if (over) return;
    over = true;
    say("status", submission.state === "cancelled" ? words.cancelled : words.done);
    say("link", "");
    part("expected").hidden = true;
    const answer = await fetch(live.dataset.card, { headers: { Accept: "text/html" } });
    if (!answer.ok) return location.reload();
    swapIn(new DOMParser().parseFromString(await answer.text(), "text/html"));
  }

  function swapIn(fragment) {
    const report = document.querySelector("[data-report]");
    report.replaceChildren(...fragment.body.childNodes);
    report.hidden = false;
    document.querySelector("[data-heading]").textContent = words.heading;
    for (const step of live.querySelectorAll("[data-step]")) {
      step.classList.add("done");
      step.removeAttribute("aria-current");
    }
    live.querySelector(".beside").hidden = true; // the card has the curve, and the log is a link away
    report.dispatchEvent(new CustomEvent("hazi:swapped", { bubbles: true }));
    report.querySelector("[data-report-head]")?.focus();
  }

  function say(name, text) {
    const target = part(name);
    if (target.textContent !== text) target.textContent = text; // a reader hears each sentence once
    if (name === "link") target.hidden = !text;
  }

  function clock(moment) {
    return new Intl.DateTimeFormat(document.documentElement.lang, {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: live.dataset.zone,
    }).format(new Date(moment));
  }
}

const ended = ({ state }) => state === "done" || state === "cancelled";
