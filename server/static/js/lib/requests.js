// Requests to the server of this page: JSON there and back, and whole pages.

const JSON_WANTED = { Accept: "application/json" };

/**
 * Ask for JSON.
 *
 * @param {string} address
 * @param {RequestInit & {headers?: Record<string, string>}} [options]
 */
export function askJson(address, options = {}) {
  return fetch(address, { ...options, headers: { ...JSON_WANTED, ...options.headers } });
}

/**
 * Send a value as JSON, with the token of the page: what a cookie alone could do is refused.
 *
 * @param {"POST" | "PUT"} method
 * @param {string} address
 * @param {string} token
 * @param {unknown} value
 * @param {RequestInit} [options]
 */
export function sendJson(method, address, token, value, options = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  return askJson(address, { ...options, method, headers, body: JSON.stringify(value) });
}

/**
 * Send fields as a form does, and ask for JSON.
 *
 * @param {string} address
 * @param {string} token
 * @param {Record<string, string>} fields
 */
export function sendFields(address, token, fields) {
  const headers = { "X-CSRFToken": token };
  return askJson(address, { method: "POST", headers, body: new URLSearchParams(fields) });
}

/**
 * The value of a text of JSON; null where it is none, as the page of a proxy.
 *
 * @param {string} text
 */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The page that an answer brought. Its scripts do not run.
 *
 * @param {Response} answer
 */
export async function pageOf(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
