// The server's clock, as well as the network lets us know it, and how long a round trip takes.

const KEPT = 8; // samples; the fastest of them is the most exact
const ROUGH_TRIP_MS = 1000; // what is assumed of a message that was pushed

/** @typedef {{trip: number, offset: number}} Sample both in milliseconds */

/** @type {Sample[]} */
const samples = [];

/**
 * Remember an answer of the server.
 *
 * @param {number} serverNow its clock, in milliseconds since 1970
 * @param {number} sent our own clock when the request left
 * @param {number} received our own clock when the answer came
 */
export function recordAnswer(serverNow, sent, received) {
  samples.push({ trip: received - sent, offset: serverNow - (sent + received) / 2 });
  if (samples.length > KEPT) samples.shift();
}

/**
 * Before anything was measured, a message that was pushed says at least roughly what time it is.
 *
 * @param {number} serverNow
 */
export function recordPush(serverNow) {
  if (samples.length === 0) samples.push({ trip: ROUGH_TRIP_MS, offset: serverNow - Date.now() });
}

/** Milliseconds since 1970 by the server's clock. */
export function serverTime() {
  return Date.now() + (fastest()?.offset ?? 0);
}

/** The fastest round trip of late, in milliseconds. */
export function roundTrip() {
  return fastest()?.trip ?? 0;
}

/** @returns {Sample | undefined} */
function fastest() {
  const trip = Math.min(...samples.map((one) => one.trip));
  return samples.find((one) => one.trip === trip);
}
