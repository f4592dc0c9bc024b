// How long a question is open, as phones, the projector and the staff's view show it.

const ASKED = ["ready", "question", "closed", "reveal"];

/**
 * Where a room stands, as far as time goes.
 *
 * @typedef {object} Timed
 * @property {string} phase
 * @property {number} [opens_at] milliseconds since 1970
 * @property {number} [closes_at]
 */

/** @typedef {NonNullable<ReturnType<typeof timeLeft>>} Times */

/**
 * Whether a question is on the screen in this phase.
 *
 * @param {string} phase
 */
export function isAsked(phase) {
  return ASKED.includes(phase);
}

/**
 * The times of a question at a moment, in milliseconds; null where none is asked.
 *
 * `early` until it opens, `left` until it closes, `share` of its time that is left, `over` when none is.
 *
 * @param {Timed} shown
 * @param {number} now by the server's clock
 */
export function timeLeft({ phase, opens_at, closes_at }, now) {
  if (!isAsked(phase) || opens_at === undefined || closes_at === undefined) return null;
  const whole = closes_at - opens_at;
  const left = Math.max(0, closes_at - now);
  const over = left === 0 || phase === "closed" || phase === "reveal";
  const share = over || whole <= 0 ? 0 : Math.min(1, left / whole);
  return { early: opens_at - now, left, over, share, seconds: Math.ceil(left / 1000) };
}

/**
 * Draw the bar of what is left.
 *
 * @param {HTMLElement} bar
 * @param {number} share
 */
export function drawTimeLeft(bar, share) {
  /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${100 * share}%`;
}
