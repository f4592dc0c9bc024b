// A clock that passes when a test says so: timers, Date and performance go by it, and chance is always in the middle.

const START = Date.UTC(2026, 9, 5, 12);

/** Put the clock in the place of the real one. `pass(ms)` runs whatever is due meanwhile. */
export function fakeTime() {
  const timers = new Map();
  let now = START;
  let last = 0;

  const set = (act, ms = 0, every = null) => {
    last += 1;
    timers.set(last, { at: now + ms, act, every });
    return last;
  };
  globalThis.setTimeout = (act, ms) => set(act, ms);
  globalThis.setInterval = (act, ms) => set(act, ms, ms);
  globalThis.clearTimeout = (id) => timers.delete(id);
  globalThis.clearInterval = globalThis.clearTimeout;
  globalThis.Date.now = () => now;
  const performance = { now: () => now - START, timeOrigin: START, getEntriesByType: () => [] };
  Object.defineProperty(globalThis, "performance", { value: performance, configurable: true });
  globalThis.Math.random = () => 0.5;

  return {
    /** How many timers wait. */
    waiting: () => timers.size,
    /** In how many milliseconds the next one is due. */
    next: () => Math.min(...[...timers.values()].map((timer) => timer.at)) - now,
    /** Let time pass for the page, and not for its clock that only goes forward: the machine sleeps. */
    sleep: (ms) => {
      const before = performance.now();
      now += ms;
      const awake = now;
      performance.now = () => before + now - awake;
    },
    async pass(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
        if (!due) break;
        const [id, timer] = due;
        now = Math.max(now, timer.at);
        if (timer.every === null) timers.delete(id);
        else timer.at += timer.every;
        timer.act();
        await settle();
      }
      now = end;
    },
  };
}

const immediate = globalThis.setImmediate;

/** Until everything that waits for no timer is done, where nothing is read from a file. */
export async function settle() {
  for (let turn = 0; turn < 10; turn += 1) await turnOfEvents();
}

/** Until something is so; no time passes meanwhile. */
export async function until(isSo) {
  while (!isSo()) await turnOfEvents();
}

function turnOfEvents() {
  return new Promise((resolve) => immediate(resolve));
}
