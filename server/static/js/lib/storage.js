// What a browser keeps for a page. It may keep nothing, as in private windows: then nothing is remembered.

/** @typedef {"localStorage" | "sessionStorage"} Area */

/**
 * @param {string} key
 * @param {Area} [area]
 * @returns {string | null} null too where nothing may be kept
 */
export function recall(key, area = "localStorage") {
  try {
    return window[area].getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 * @param {Area} [area]
 * @returns {boolean} whether it is kept
 */
export function remember(key, value, area = "localStorage") {
  try {
    window[area].setItem(key, value);
    return true;
  } catch (problem) {
    console.info(problem);
    return false;
  }
}

/** @param {string} key */
export function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // What was never kept need not go.
  }
}
