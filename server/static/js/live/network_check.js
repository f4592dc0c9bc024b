// The hall pre-flight: how long the way takes, whether the stream gets through, whether the phone keeps answers.

const TRIPS = 20;
const SLOW_MS = 800;
const APART_MS = 120;
const STREAM_PATIENCE_MS = 9000;

const root = document.querySelector("[data-check]");
const words = JSON.parse(root.querySelector("[data-words]").textContent);
const say = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const [trips, streams] = await Promise.all([measureTrips(), tryStream()]);
keepSomething();
judge(trips, streams);

function show(row, text, fine) {
  const line = root.querySelector(`[data-row=${row}]`);
  line.querySelector("dd").textContent = text;
  line.dataset.fine = String(fine);
}

async function measureTrips() {
  const taken = [];
  let lost = 0;
  let offset = 0;
  for (let number = 0; number < TRIPS; number += 1) {
    const sent = performance.now();
    try {
      const answer = await fetch(`${root.dataset.echo}?${number}`, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      const { now } = await answer.json();
      const trip = performance.now() - sent;
      if (trip <= Math.min(...taken, Infinity)) offset = now + trip / 2 - Date.now();
      taken.push(trip);
    } catch (problem) {
      console.info(problem);
      lost += 1;
    }
    await pause(APART_MS);
  }
  taken.sort((a, b) => a - b);
  const half = taken[Math.floor(taken.length / 2)] ?? Infinity;
  const most = taken.at(-1) ?? Infinity;
  const text = lost ? say(words.lost, { n: lost, of: TRIPS }) : say(words.trip, { half: Math.round(half), most: Math.round(most) });
  show("trip", text, lost === 0 && half < SLOW_MS);
  const seconds = Math.abs(offset / 1000);
  show("clock", seconds < 1 ? words.right : say(words.clock, { n: seconds.toFixed(0) }), true);
  return { half, lost };
}

function tryStream() {
  return new Promise((resolve) => {
    const moments = [];
    const source = new EventSource(root.dataset.stream);
    const end = (text, fine) => {
      source.close();
      show("stream", text, fine);
      resolve(fine);
    };
    const timer = setTimeout(() => end(words.cut, false), STREAM_PATIENCE_MS);
    source.addEventListener("tick", () => moments.push(performance.now()));
    source.addEventListener("end", () => {
      clearTimeout(timer);
      const whole = moments.at(-1) - moments[0] > 1000;
      end(whole ? words.stream : words.gathered, whole);
    });
    source.addEventListener("error", () => {
      clearTimeout(timer);
      end(words.cut, false);
    });
  });
}

function keepSomething() {
  try {
    localStorage.setItem("hazi.check", "1");
    localStorage.removeItem("hazi.check");
    show("storage", words.yes, true);
  } catch (problem) {
    console.info(problem);
    show("storage", words.no, false);
  }
}

function judge({ half, lost }) {
  const verdict = root.querySelector("[data-verdict]");
  const kind = lost > TRIPS / 10 ? "bad" : half > SLOW_MS ? "slow" : "good";
  verdict.textContent = words[kind];
  verdict.classList.add({ good: "right", slow: "partly", bad: "wrong" }[kind]);
}
