/*
 * Owns where the customer's conversation is kept for a reload: of our own page for this tab, of a framed one for all pages of the site
 * around it. A browser may refuse storage to a framed page; then the page around keeps it.
 */

import { readJson, writeJson } from "../lib/storage.js";

/** @typedef {import("./session.js").Kept} Kept */

/**
 * @param {string} channel_id
 * @param {{tell: (message: import("./host.js").Message) => void}|null} host
 */
export function createMemory(channel_id, host) {
  const key = `callboard.chat.${channel_id}`;
  const storage = own(host !== null);
  let last = "";
  return {
    /** @param {Kept|null} kept */
    keep(kept) {
      if (storage) return writeJson(storage, key, kept);
      const text = JSON.stringify(kept);
      if (text !== last) host?.tell({ type: "keep", kept });
      last = text;
    },
    /** @param {Kept|null|undefined} elsewhere what the page around kept @returns {Kept|null} */
    read: (elsewhere) => (storage ? readJson(storage, key, /** @type {Kept|null} */ (null)) : (elsewhere ?? null)),
  };
}

/** @param {boolean} lasting @returns {Storage|null} */
function own(lasting) {
  try {
    return lasting ? localStorage : sessionStorage;
  } catch {
    return null;
  }
}
