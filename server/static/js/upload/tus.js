// Sends files in pieces, by tus 1.0.0, and goes on where it stopped: after a break, without a network for a
// while, and after a reload when the same file is chosen again.

const LEAST = 256 << 10; // bytes of a piece: smaller while the connection breaks, larger while it holds
const FIRST = 4 << 20;
const MOST = 8 << 20;
const QUICK_MS = 4000; // a piece that takes less is followed by a larger one
const LONGEST_PAUSE_MS = 30_000;
const PASSING = new Set([0, 408, 423, 502, 503, 504]); // nothing came back, or only from a proxy
const GONE = new Set(["digest-mismatch", "not-found", "upload-used"]); // this upload leads nowhere any more
const AGAIN = new Set(["too-many-requests", "cut-off"]);

/** The server's answer was a refusal: `answer` is its problem document, or null. */
export class Refused extends Error {
  constructor(answer) {
    super(answer?.detail ?? "refused");
    this.answer = answer;
  }
}

export class Cancelled extends Error {}
export class Unreadable extends Error {}

/**
 * One hand-in on its way. `tell` hears {sent, total} and, while nothing goes, {pause: milliseconds},
 * {offline: true}, {resumed: bytes} or {checking: true}.
 */
export class Transfer {
  constructor({ files, uploads, handIn, token, key, tell }) {
    Object.assign(this, { files, uploads, handIn, token, key, tell });
    this.total = files.reduce((sum, file) => sum + file.size, 0);
    this.before = 0; // bytes of the files that are whole
    this.failures = 0; // in a row
    this.piece = FIRST;
    this.cancelled = false;
    this.workers = [];
  }

  /** The answer to the hand-in. Throws Refused, Cancelled or Unreadable. */
  async run() {
    try {
      const refs = [];
      for (const file of this.files) {
        const digest = this.digest(file);
        digest.catch(() => {}); // awaited below, unless something else fails first
        const id = await this.send(file, digest);
        this.before += file.size;
        this.tell({ checking: true });
        refs.push({ id, sha256: await digest });
      }
      return await this.finish(refs);
    } finally {
      for (const worker of this.workers) worker.terminate();
    }
  }

  /** Stop; what was sent stays with the server for a day. */
  abort() {
    this.cancelled = true;
    this.request?.abort();
    this.wake?.();
  }

  digest(file) {
    const worker = new Worker(new URL("./file_digest.js", import.meta.url), { type: "module" });
    this.workers.push(worker);
    return new Promise((resolve, reject) => {
      worker.addEventListener("message", ({ data }) => (data.sha256 ? resolve(data.sha256) : reject(new Unreadable())));
      worker.addEventListener("error", () => reject(new Unreadable()));
      worker.postMessage(file);
    });
  }

  async send(file, digest) {
    const mark = this.mark(file);
    let { url, offset } = await this.remembered(mark, file, digest);
    while (offset < file.size) {
      const began = performance.now();
      const piece = file.slice(offset, offset + this.piece);
      await readable(piece);
      const answer = await this.ask("PATCH", url, {
        headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
        body: piece,
        progress: (loaded) => this.told(Math.min(offset + loaded, file.size)),
      });
      if (answer.status === 204) {
        offset = Number(answer.header("Upload-Offset"));
        this.failures = 0;
        if (performance.now() - began < QUICK_MS) this.piece = Math.min(MOST, 2 * this.piece);
      } else if (answer.json?.slug === "offset-mismatch") {
        offset = answer.json.offset;
      } else if (answer.status === 404) {
        ({ url, offset } = await this.begin(mark, file, digest)); // it was cleared away meanwhile
      } else if (this.passes(answer)) {
        this.piece = Math.max(LEAST, this.piece / 2);
        await this.pause(answer);
      } else {
        if (GONE.has(answer.json?.slug)) forget(mark);
        throw new Refused(answer.json);
      }
      this.told(offset);
    }
    return url.split("/").pop();
  }

  /** Under which the browser remembers where a file goes. */
  mark(file) {
    return `hazi-upload ${this.uploads} ${file.name} ${file.size} ${file.lastModified}`;
  }

  async remembered(mark, file, digest) {
    const url = recall(mark);
    if (!url) return this.begin(mark, file, digest);
    const answer = await this.persist("GET", url);
    if (answer.status !== 200 || Number(answer.header("Upload-Length")) !== file.size) {
      return this.begin(mark, file, digest);
    }
    const offset = Number(answer.header("Upload-Offset"));
    if (offset) this.tell({ resumed: this.before + offset });
    return { url, offset };
  }

  /** What is announced with its digest counts from its last byte: so it is known before the first one. */
  async begin(mark, file, digest) {
    this.tell({ reading: true });
    const known = base64(await digest);
    const answer = await this.persist("POST", this.uploads, {
      headers: {
        "Upload-Length": String(file.size),
        "Upload-Metadata": `filename ${base64(file.name)},sha256 ${known}`,
      },
    });
    if (answer.status !== 201) throw new Refused(answer.json);
    const url = new URL(answer.header("Location"), location.href).pathname;
    remember(mark, url);
    return { url, offset: 0 };
  }

  async finish(refs) {
    const answer = await this.persist("POST", this.handIn, {
      headers: { "Content-Type": "application/json", "Idempotency-Key": this.key },
      body: JSON.stringify({ uploads: refs }),
    });
    if (answer.status === 201 || GONE.has(answer.json?.slug)) {
      for (const file of this.files) forget(this.mark(file));
    }
    if (answer.status !== 201) throw new Refused(answer.json);
    return answer.json;
  }

  /** Ask until there is an answer that does not pass by itself. */
  async persist(method, url, options = {}) {
    for (;;) {
      const answer = await this.ask(method, url, options);
      if (!this.passes(answer)) return answer;
      await this.pause(answer);
    }
  }

  passes(answer) {
    const passing = PASSING.has(answer.status) || AGAIN.has(answer.json?.slug);
    this.failures = passing ? this.failures + 1 : 0;
    return passing;
  }

  async pause(answer) {
    const asked = 1000 * Number(answer.header("Retry-After") ?? 0) || 0;
    const grown = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
    const pause = Math.max(asked, grown);
    this.tell(navigator.onLine ? { pause } : { offline: true });
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, pause);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
      addEventListener("online", this.wake, { once: true });
    });
    removeEventListener("online", this.wake);
  }

  /** One request; status 0 when nothing came back. */
  ask(method, url, { headers = {}, body = null, progress = null } = {}) {
    if (this.cancelled) throw new Cancelled();
    const request = new XMLHttpRequest();
    this.request = request;
    return new Promise((resolve, reject) => {
      const ended = () =>
        resolve({
          status: request.status,
          header: (name) => request.getResponseHeader(name),
          json: parsed(request.responseText),
        });
      request.open(method, url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Tus-Resumable", "1.0.0");
      request.setRequestHeader("X-CSRFToken", this.token);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (progress) request.upload.addEventListener("progress", ({ loaded }) => progress(loaded));
      request.addEventListener("load", ended);
      request.addEventListener("error", ended);
      request.addEventListener("timeout", ended);
      request.addEventListener("abort", () => reject(new Cancelled()));
      request.send(body);
    });
  }

  told(offset) {
    this.tell({ sent: this.before + offset, total: this.total });
  }
}

/** A piece that cannot be read would look like a broken connection, and be tried for ever. */
async function readable(piece) {
  try {
    await piece.slice(0, 1).arrayBuffer();
  } catch {
    throw new Unreadable();
  }
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // empty, or a proxy's own page
  }
}

// Where the browser keeps nothing, an upload goes on after a break, but not after a reload.

function recall(mark) {
  try {
    return localStorage.getItem(mark);
  } catch {
    return null;
  }
}

function remember(mark, url) {
  try {
    localStorage.setItem(mark, url);
  } catch {
    /* as above */
  }
}

function forget(mark) {
  try {
    localStorage.removeItem(mark);
  } catch {
    /* as above */
  }
}
