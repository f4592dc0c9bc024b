// A server that takes uploads by tus 1.0.0, and what a browser needs to send them.

import { createHash } from "node:crypto";

const ONE = "/api/v1/uploads/one";

/** What lies on the server, and how it answers. */
export class FakeUploads {
  constructor() {
    this.length = 0; // that was announced
    this.received = Buffer.alloc(0);
    this.known = false; // whether the upload is there
    this.asked = [];
    this.handedIn = null;
    /** Answers to give before the server's own, by turn: `{status, json, headers}`, or "cut". */
    this.troubles = [];
  }

  async answer(method, url, headers, body) {
    this.asked.push(`${method} ${url}${headers["Upload-Offset"] ? ` ${headers["Upload-Offset"]}` : ""}`);
    const trouble = this.troubles.shift();
    if (trouble) return trouble;
    if (url === "/hand-in") return this.handIn(headers, body);
    if (method === "POST") return this.begin(headers);
    if (!this.known) return { status: 404, json: { slug: "not-found" } };
    if (method === "GET") return { status: 200, headers: this.state() };
    if (Number(headers["Upload-Offset"]) !== this.received.length) {
      return { status: 409, json: { slug: "offset-mismatch", offset: this.received.length } };
    }
    this.received = Buffer.concat([this.received, Buffer.from(await body.arrayBuffer())]);
    return { status: 204, headers: this.state() };
  }

  state() {
    return { "Upload-Offset": String(this.received.length), "Upload-Length": String(this.length) };
  }

  begin(headers) {
    this.known = true;
    this.length = Number(headers["Upload-Length"]);
    this.metadata = headers["Upload-Metadata"];
    this.received = Buffer.alloc(0);
    return { status: 201, headers: { Location: ONE } };
  }

  handIn(headers, body) {
    this.handedIn = { key: headers["Idempotency-Key"], ...JSON.parse(body) };
    return { status: 201, json: { links: { html: "/submissions/7" } } };
  }
}

/** Put the server, and a worker that hashes, in the place of the browser's. */
export function fakeUploads(server) {
  globalThis.Worker = class extends EventTarget {
    async postMessage(file) {
      const sha256 = createHash("sha256")
        .update(Buffer.from(await file.arrayBuffer()))
        .digest("hex");
      this.dispatchEvent(Object.assign(new Event("message"), { data: { sha256 } }));
    }

    terminate() {}
  };
  globalThis.XMLHttpRequest = class extends EventTarget {
    upload = new EventTarget();
    headers = {};
    status = 0;
    responseText = "";

    open(method, url) {
      this.asked = [method, url];
    }

    setRequestHeader(name, value) {
      this.headers[name] = value;
    }

    getResponseHeader(name) {
      return this.given?.headers?.[name] ?? null;
    }

    async send(body) {
      const given = await server.answer(...this.asked, this.headers, body);
      if (this.aborted) return;
      if (given === "cut") return this.dispatchEvent(new Event("error"));
      this.given = given;
      this.status = given.status;
      this.responseText = given.json ? JSON.stringify(given.json) : "";
      this.dispatchEvent(new Event("load"));
    }

    abort() {
      this.aborted = true;
      this.dispatchEvent(new Event("abort"));
    }
  };
}
