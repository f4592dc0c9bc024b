// Event streams whose events carry JSON.

const REOPEN_MS = 2000;

/**
 * What is to be done with a stream.
 *
 * @typedef {object} Listeners
 * @property {Record<string, (data: any) => void>} events by the name of the event
 * @property {() => void} [opened]
 * @property {(closed: boolean) => void} [failed] hears of each cut; a closed stream stays so
 */

/**
 * Open a stream. After a cut the browser opens it again by itself, unless the server refused it.
 *
 * @param {string} address
 * @param {Listeners} listeners
 */
export function openStream(address, { events, opened, failed }) {
  const source = new EventSource(address);
  for (const [name, hear] of Object.entries(events)) {
    source.addEventListener(name, (message) => hear(JSON.parse(message.data)));
  }
  source.addEventListener("open", () => opened?.());
  source.addEventListener("error", () => failed?.(source.readyState === EventSource.CLOSED));
  return source;
}

/**
 * Open a stream, and open it anew after a pause whenever the server refused it.
 *
 * @param {string} address
 * @param {Listeners} listeners
 */
export function keepStream(address, listeners) {
  openStream(address, {
    ...listeners,
    failed: (closed) => {
      listeners.failed?.(closed);
      // Not all at once when a server comes back.
      if (closed) setTimeout(() => keepStream(address, listeners), REOPEN_MS * (1 + Math.random()));
    },
  });
}
