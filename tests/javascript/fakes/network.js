// A server and event streams that say what a test lets them say.

/** Answers in JSON. */
export function json(value, { status = 200, headers = {} } = {}) {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

/**
 * Put `answer(url, options)` in the place of the server. What it throws is a cut. Returns the requests, which grow.
 */
export function fakeFetch(answer) {
  const asked = [];
  globalThis.fetch = async (url, options = {}) => {
    asked.push({ url: String(url), ...options, value: options.body && String(options.body) });
    return await answer(String(url), options);
  };
  return asked;
}

/** An event stream; `streams` has all that were opened. */
export class FakeEventSource extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 2;

  constructor(url) {
    super();
    this.url = url;
    this.readyState = FakeEventSource.CONNECTING;
    FakeEventSource.streams.push(this);
  }

  close() {
    this.readyState = FakeEventSource.CLOSED;
  }

  open() {
    this.readyState = FakeEventSource.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  tell(name, data) {
    if (this.readyState === FakeEventSource.CLOSED) return;
    this.dispatchEvent(Object.assign(new Event(name), { data: JSON.stringify(data) }));
  }

  /** A cut after which the browser tries again by itself, or a refusal after which it does not. */
  cut({ closed = false } = {}) {
    this.readyState = closed ? FakeEventSource.CLOSED : FakeEventSource.CONNECTING;
    this.dispatchEvent(new Event("error"));
  }
}

/** Put it in the place of the real one. Returns the streams that are opened from now on. */
export function fakeStreams() {
  FakeEventSource.streams = [];
  globalThis.EventSource = FakeEventSource;
  return FakeEventSource.streams;
}
