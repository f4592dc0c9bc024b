// A worker: the sha256 of a file of any size, while the page stays alive and the file is being sent.

import { sha256 } from "../../vendor/noble-hashes/sha2.js";

const SLICE = 1 << 20; // bytes

addEventListener("message", async ({ data }) => {
  const file = /** @type {File} */ (data);
  try {
    const hash = sha256.create();
    for (let offset = 0; offset < file.size; offset += SLICE) {
      hash.update(new Uint8Array(await file.slice(offset, offset + SLICE).arrayBuffer()));
    }
    const hex = Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
    postMessage({ sha256: hex });
  } catch {
    postMessage({ unreadable: true }); // it was moved or changed since it was chosen
  }
});
