// The check of a hall before a quiz: how long the way takes, whether streams and storage work.

import { find, readJson } from "../lib/dom.js";
import { pause } from "../lib/pauses.js";
import { fill } from "../lib/sentences.js";
import { forget, remember } from "../lib/storage.js";
import { openStream } from "../lib/stream.js";

const TRIPS = 20;
const SLOW_MS = 800;
const APART_MS = 120;
const TRIP_PATIENCE_MS = 5000;
const STREAM_PATIENCE_MS = 9000;
const GATHERED_MS = 1000; // events of a stream that came closer together were held back on the way
const KEY = "hazi.check";

const root = find(document, "[data-check]");
const words = readJson(root, "words");

const [trips] = await Promise.all([measureTrips(), tryStream()]);
tryStorage();
judge(trips);

/**
 * @param {string} row
 * @param {string} text
 * @param {boolean} fine
 */
function show(row, text, fine) {
  const line = find(root, `[data-row=${row}]`);
  find(line, "dd").textContent = text;
  line.dataset.fine = String(fine);
}

async function measureTrips() {
  /** @type {number[]} */
  const taken = [];
  let lost = 0;
  let offset = 0;
  for (let number = 0; number < TRIPS; number += 1) {
    const sent = performance.now();
    try {
      const signal = AbortSignal.timeout(TRIP_PATIENCE_MS);
      const answer = await fetch(`${root.dataset.echo}?${number}`, { cache: "no-store", signal });
      const { now } = await answer.json();
      const trip = performance.now() - sent;
      if (trip <= Math.min(...taken, Number.POSITIVE_INFINITY)) offset = now + trip / 2 - Date.now();
      taken.push(trip);
    } catch (problem) {
      console.info(problem);
      lost += 1;
    }
    await pause(APART_MS);
  }
  taken.sort((a, b) => a - b);
  const half = taken[Math.floor(taken.length / 2)] ?? Number.POSITIVE_INFINITY;
  const most = taken.at(-1) ?? Number.POSITIVE_INFINITY;
  showTrips(half, most, lost);
  showClock(Math.abs(offset / 1000));
  return { half, lost };
}

/**
 * @param {number} half milliseconds
 * @param {number} most
 * @param {number} lost
 */
function showTrips(half, most, lost) {
  const text = lost
    ? fill(words.lost, { n: lost, of: TRIPS })
    : fill(words.trip, { half: Math.round(half), most: Math.round(most) });
  show("trip", text, lost === 0 && half < SLOW_MS);
}

/** @param {number} seconds */
function showClock(seconds) {
  show("clock", seconds < 1 ? words.right : fill(words.clock, { n: seconds.toFixed(0) }), true);
}

/** @returns {Promise<void>} when it is known whether events come one by one */
function tryStream() {
  return new Promise((resolve) => {
    /** @type {number[]} */
    const moments = [];
    /**
     * @param {string} text
     * @param {boolean} fine
     */
    const end = (text, fine) => {
      clearTimeout(timer);
      source.close();
      show("stream", text, fine);
      resolve();
    };
    const timer = setTimeout(() => end(words.cut, false), STREAM_PATIENCE_MS);
    const source = openStream(root.dataset.stream ?? "", {
      events: {
        tick: () => moments.push(performance.now()),
        end: () => {
          const whole = (moments.at(-1) ?? 0) - moments[0] > GATHERED_MS;
          end(whole ? words.stream : words.gathered, whole);
        },
      },
      failed: () => end(words.cut, false),
    });
  });
}

function tryStorage() {
  const kept = remember(KEY, "1");
  forget(KEY);
  show("storage", kept ? words.yes : words.no, kept);
}

/** @param {{half: number, lost: number}} trips */
function judge({ half, lost }) {
  const place = find(root, "[data-verdict]");
  const [word, look] =
    lost > TRIPS / 10 ? ["bad", "wrong"] : half > SLOW_MS ? ["slow", "partly"] : ["good", "right"];
  place.textContent = words[word];
  place.classList.add(look);
}
