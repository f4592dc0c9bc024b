// The server's clock, as well as the network lets us know it, and how long a round trip takes.

const KEPT = 8; // samples; the fastest of them is the most exact

const samples = [];

/** Remember an answer of the server: its clock, and our own when the request left and when the answer came. */
export function sample(serverNow, sent, received) {
  samples.push({ trip: received - sent, offset: serverNow - (sent + received) / 2 });
  if (samples.length > KEPT) samples.shift();
}

/** Milliseconds since 1970 by the server's clock. */
export function serverTime() {
  return Date.now() + (fastest()?.offset ?? 0);
}

/** The fastest round trip of late, in milliseconds. */
export function roundTrip() {
  return fastest()?.trip ?? 0;
}

/** Before anything was measured, a message that was pushed says at least roughly what time it is. */
export function roughly(serverNow) {
  if (samples.length === 0) samples.push({ trip: 1000, offset: serverNow - Date.now() });
}

function fastest() {
  return samples.reduce((best, one) => (!best || one.trip < best.trip ? one : best), null);
}
