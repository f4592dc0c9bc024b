// Waiting before something is tried again.

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Pauses between tries, each twice as long as the one before, up to the longest.
 *
 * @param {number} first milliseconds
 * @param {number} longest milliseconds
 */
export function growingPauses(first, longest) {
  let next = first;
  return {
    /** How long the next pause is. */
    take() {
      const ms = next;
      next = Math.min(2 * next, longest);
      return ms;
    },
    /** Something came through: begin with the shortest again. */
    reset() {
      next = first;
    },
  };
}
