// Sends files in pieces, by tus 1.0.0, and goes on where it stopped: after a break, without a network for a
// while, and after a reload when the same file is chosen again.

import { parseJson } from "../lib/requests.js";
import { forget, recall, remember } from "../lib/storage.js";

/** @import { Problem } from "../lib/sentences.js" */

/**
 * What the server said to one request; `status` is 0 when nothing came back.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {(name: string) => string | null} header
 * @property {any} json null where it is none
 */

/**
 * What a transfer has to say: how much is sent, or why nothing goes.
 *
 * @typedef {object} News
 * @property {number} [sent] bytes
 * @property {number} [total] bytes
 * @property {number} [pause] milliseconds until the next try
 * @property {boolean} [offline]
 * @property {number} [resumed] bytes that the server has from before
 * @property {boolean} [checking]
 * @property {boolean} [reading]
 */

/**
 * @typedef {object} TransferPlan
 * @property {File[]} files
 * @property {string} uploads address where an upload begins
 * @property {string} handIn address of the hand-in
 * @property {string} token of the page
 * @property {string} key the same files sent again under it are one submission
 * @property {(news: News) => void} tell
 */

/**
 * What goes with a request.
 *
 * @typedef {object} Asked
 * @property {Record<string, string>} [headers]
 * @property {Blob | string} [body]
 * @property {(loaded: number) => void} [progress] in bytes
 */

/** @typedef {{url: string, offset: number}} Place where a file goes, and how much of it is there */

const LEAST = 256 << 10; // bytes of a piece: smaller while the connection breaks, larger while it holds
const FIRST = 4 << 20;
const MOST = 8 << 20;
const QUICK_MS = 4000; // a piece that takes less is followed by a larger one
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const PASSING = new Set([0, 408, 423, 502, 503, 504]); // nothing came back, or only from a proxy
const GONE = new Set(["digest-mismatch", "not-found", "upload-used"]); // this upload leads nowhere any more
const AGAIN = new Set(["too-many-requests", "cut-off"]);

/** The server's answer was a refusal: `answer` is its problem document, or null. */
export class Refused extends Error {
  /** @param {Problem | null} answer */
  constructor(answer) {
    super(answer?.detail ?? "refused");
    this.answer = answer;
  }
}

export class Cancelled extends Error {}
export class Unreadable extends Error {}

/** One hand-in on its way. */
export class Transfer {
  /** @param {TransferPlan} plan */
  constructor(plan) {
    this.plan = plan;
    this.total = plan.files.reduce((sum, file) => sum + file.size, 0);
    this.before = 0; // bytes of the files that are whole
    this.failures = 0; // in a row
    this.piece = FIRST;
    this.cancelled = false;
    /** @type {Worker[]} */
    this.workers = [];
    /** @type {XMLHttpRequest | null} */
    this.request = null;
    this.wake = () => {}; // ends a pause
  }

  /** The answer to the hand-in. Throws Refused, Cancelled or Unreadable. */
  async run() {
    try {
      const refs = [];
      for (const file of this.plan.files) {
        const digest = this.digest(file);
        digest.catch(() => {}); // awaited below, unless something else fails first
        const id = await this.send(file, digest);
        this.before += file.size;
        this.plan.tell({ checking: true });
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
    this.wake();
  }

  /**
   * @param {File} file
   * @returns {Promise<string>} in hexadecimal
   */
  digest(file) {
    const worker = new Worker(new URL("./file_digest.js", import.meta.url), { type: "module" });
    this.workers.push(worker);
    return new Promise((resolve, reject) => {
      worker.addEventListener("message", ({ data }) => {
        if (data.sha256) resolve(data.sha256);
        else reject(new Unreadable());
      });
      worker.addEventListener("error", () => reject(new Unreadable()));
      worker.postMessage(file);
    });
  }

  /**
   * Send one file, and say under which id it lies.
   *
   * @param {File} file
   * @param {Promise<string>} digest
   */
  async send(file, digest) {
    const mark = this.mark(file);
    let place = await this.remembered(mark, file, digest);
    while (place.offset < file.size) {
      place = await this.sendPiece(place, mark, file, digest);
      this.tellSent(place.offset);
    }
    return place.url.split("/").pop();
  }

  /**
   * @param {Place} place
   * @param {string} mark
   * @param {File} file
   * @param {Promise<string>} digest
   * @returns {Promise<Place>} where the next piece belongs
   */
  async sendPiece({ url, offset }, mark, file, digest) {
    const began = performance.now();
    const piece = file.slice(offset, offset + this.piece);
    await checkReadable(piece);
    const answer = await this.ask("PATCH", url, {
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: piece,
      progress: (loaded) => this.tellSent(Math.min(offset + loaded, file.size)),
    });
    if (answer.status === 204) {
      this.failures = 0;
      if (performance.now() - began < QUICK_MS) this.piece = Math.min(MOST, 2 * this.piece);
      return { url, offset: Number(answer.header("Upload-Offset")) };
    }
    if (answer.json?.slug === "offset-mismatch") return { url, offset: answer.json.offset };
    if (answer.status === 404) return this.begin(mark, file, digest); // it was cleared away meanwhile
    if (this.passes(answer)) {
      this.piece = Math.max(LEAST, this.piece / 2);
      await this.rest(answer);
      return { url, offset };
    }
    if (GONE.has(answer.json?.slug)) forget(mark);
    throw new Refused(answer.json);
  }

  /**
   * Under which the browser remembers where a file goes.
   *
   * @param {File} file
   */
  mark(file) {
    return `hazi-upload ${this.plan.uploads} ${file.name} ${file.size} ${file.lastModified}`;
  }

  /**
   * Where a file goes on, or begins.
   *
   * @param {string} mark
   * @param {File} file
   * @param {Promise<string>} digest
   * @returns {Promise<Place>}
   */
  async remembered(mark, file, digest) {
    const url = recall(mark);
    if (!url) return this.begin(mark, file, digest);
    const answer = await this.persist("GET", url);
    if (answer.status !== 200 || Number(answer.header("Upload-Length")) !== file.size) {
      return this.begin(mark, file, digest);
    }
    const offset = Number(answer.header("Upload-Offset"));
    if (offset) this.plan.tell({ resumed: this.before + offset });
    return { url, offset };
  }

  /**
   * What is announced with its digest counts from its last byte: so it is known before the first one.
   *
   * @param {string} mark
   * @param {File} file
   * @param {Promise<string>} digest
   * @returns {Promise<Place>}
   */
  async begin(mark, file, digest) {
    this.plan.tell({ reading: true });
    const known = base64(await digest);
    const answer = await this.persist("POST", this.plan.uploads, {
      headers: {
        "Upload-Length": String(file.size),
        "Upload-Metadata": `filename ${base64(file.name)},sha256 ${known}`,
      },
    });
    if (answer.status !== 201) throw new Refused(answer.json);
    const url = new URL(answer.header("Location") ?? "", location.href).pathname;
    remember(mark, url);
    return { url, offset: 0 };
  }

  /**
   * Hand in what lies on the server.
   *
   * @param {{id: string | undefined, sha256: string}[]} refs
   */
  async finish(refs) {
    const answer = await this.persist("POST", this.plan.handIn, {
      headers: { "Content-Type": "application/json", "Idempotency-Key": this.plan.key },
      body: JSON.stringify({ uploads: refs }),
    });
    if (answer.status === 201 || GONE.has(answer.json?.slug)) {
      for (const file of this.plan.files) forget(this.mark(file));
    }
    if (answer.status !== 201) throw new Refused(answer.json);
    return answer.json;
  }

  /**
   * Ask until there is an answer that does not pass by itself.
   *
   * @param {string} method
   * @param {string} url
   * @param {Asked} [asked]
   */
  async persist(method, url, asked = {}) {
    for (;;) {
      const answer = await this.ask(method, url, asked);
      if (!this.passes(answer)) return answer;
      await this.rest(answer);
    }
  }

  /** @param {Answer} answer */
  passes(answer) {
    const passing = PASSING.has(answer.status) || AGAIN.has(answer.json?.slug);
    this.failures = passing ? this.failures + 1 : 0;
    return passing;
  }

  /**
   * Wait as long as the server asks, or longer with each failure, or until there is a network again.
   *
   * @param {Answer} answer
   */
  async rest(answer) {
    const asked = 1000 * Number(answer.header("Retry-After") ?? 0) || 0;
    const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failures - 1));
    const wait_ms = Math.max(asked, grown * (0.5 + Math.random() / 2));
    this.plan.tell(navigator.onLine ? { pause: wait_ms } : { offline: true });
    await /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        const timer = setTimeout(resolve, wait_ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        addEventListener("online", this.wake, { once: true });
      })
    );
    removeEventListener("online", this.wake);
  }

  /**
   * One request. Throws Cancelled.
   *
   * @param {string} method
   * @param {string} url
   * @param {Asked} [asked]
   * @returns {Promise<Answer>}
   */
  async ask(method, url, { headers = {}, body, progress } = {}) {
    if (this.cancelled) throw new Cancelled();
    const request = new XMLHttpRequest();
    this.request = request;
    return new Promise((resolve, reject) => {
      const ended = () =>
        resolve({
          status: request.status,
          header: (name) => request.getResponseHeader(name),
          json: parseJson(request.responseText),
        });
      request.open(method, url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("Tus-Resumable", "1.0.0");
      request.setRequestHeader("X-CSRFToken", this.plan.token);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (progress) request.upload.addEventListener("progress", ({ loaded }) => progress(loaded));
      for (const end of ["load", "error", "timeout"]) request.addEventListener(end, ended);
      request.addEventListener("abort", () => reject(new Cancelled()));
      request.send(body);
    });
  }

  /** @param {number} offset in the file that is on its way */
  tellSent(offset) {
    this.plan.tell({ sent: this.before + offset, total: this.total });
  }
}

/**
 * A piece that cannot be read would look like a broken connection, and be tried for ever. Throws Unreadable.
 *
 * @param {Blob} piece
 */
async function checkReadable(piece) {
  try {
    await piece.slice(0, 1).arrayBuffer();
  } catch {
    throw new Unreadable();
  }
}

/** @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
